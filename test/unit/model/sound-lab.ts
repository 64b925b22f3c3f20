/** A lab without a fault, fresh for every test, so that a test breaks it in one place and says which. */
import type { LabDeclaration, TunnelDeclaration } from "../../../model/declaration.ts";

/** h1 - r1 - isp - r2 - h2 with one tunnel, AES-GCM-16 in transport mode. */
export function soundLab(): LabDeclaration {
  return {
    name: "two-sites",
    segments: { left: {}, right: {}, "r1-inside": {}, "r2-inside": {} },
    nodes: {
      isp: {
        role: "transit",
        interfaces: {
          eth0: { segment: "left", address: "198.51.100.1/30" },
          eth1: { segment: "right", address: "203.0.113.1/30" },
        },
      },
      r1: {
        role: "router",
        interfaces: {
          eth0: { segment: "left", address: "198.51.100.2/30" },
          eth1: { segment: "r1-inside", address: "192.0.2.1/26" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "198.51.100.1" }],
      },
      r2: {
        role: "router",
        interfaces: {
          eth0: { segment: "right", address: "203.0.113.2/30" },
          eth1: { segment: "r2-inside", address: "192.0.2.65/26" },
        },
        routes: [{ destination: "0.0.0.0/0", via: "203.0.113.1" }],
      },
      h1: {
        role: "host",
        interfaces: { eth0: { segment: "r1-inside", address: "192.0.2.10/26" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.0.2.1" }],
      },
      h2: {
        role: "host",
        interfaces: { eth0: { segment: "r2-inside", address: "192.0.2.74/26" } },
        routes: [{ destination: "0.0.0.0/0", via: "192.0.2.65" }],
      },
    },
    tunnels: {
      tunnel0: {
        left: { router: "r1", interface: "eth0", address: "192.0.2.129/30" },
        right: { router: "r2", interface: "eth0", address: "192.0.2.130/30" },
      },
    },
  };
}

/** The lab of {@link soundLab} with its tunnel told more. */
export function withTunnel(more: Partial<TunnelDeclaration>): LabDeclaration {
  const lab = soundLab();
  lab.tunnels.tunnel0 = { ...lab.tunnels.tunnel0!, ...more };
  return lab;
}

/** The lab of {@link soundLab} after a change by hand. */
export function changed(change: (lab: LabDeclaration) => void): LabDeclaration {
  const lab = soundLab();
  change(lab);
  return lab;
}
