/**
 * The containers that virtual IOS comes in, as data. Read in vrnetlab's and containerlab's sources and never run by this project:
 * no image was at hand. What is offered from here is labelled «not run on IOS».
 * @see https://github.com/srl-labs/vrnetlab (cisco/iol, cisco/vios, cisco/csr1000v, cisco/c8000v), https://github.com/srl-labs/containerlab (nodes/iol)
 */

/** The kinds of images. */
export const iosImageKinds = ["iol", "vios", "csr1000v", "c8000v"] as const;
/** `iol` runs as a process, the others in QEMU. */
export type IosImageKind = (typeof iosImageKinds)[number];

/** What one kind of image needs of the machine and of its container. */
export interface IosImage {
  readonly kind: IosImageKind;
  readonly title: string;
  readonly needsKvm: boolean;
  readonly memoryMiB: number;
  /** What vrnetlab and containerlab allow it to boot, in seconds. */
  readonly bootSeconds: number;
  /** The first interface; it is the container's `eth0`. */
  readonly managementInterface: string;
  /** The image writes user, management and SSH into the startup configuration by itself, before what is given. */
  readonly bringsManagement: boolean;
  /** The management interface has the container's own address; else the container passes on to the machine inside. */
  readonly managementIsPassedThrough: boolean;
  /** A file system for the archive, without which a push cannot be taken back by the device. */
  readonly archivePath: string;
  /** Where management is kept apart; data is in the global table. */
  readonly managementVrf: string;
  /** The name of the data interface that is the container's `ethN`, N from 1. */
  readonly dataInterface: (index: number) => string;
  readonly maxDataInterfaces: number;
  /** The startup configuration's path in the container. */
  readonly startupFile: string;
  /** How it tells that it is ready: its own health check, or nothing but SSH. */
  readonly ready: "healthcheck" | "ssh";
  /** Can the interface's own MTU be changed? */
  readonly hasInterfaceMtu: boolean;
  /** What the user must know before it is used for tunnels. */
  readonly warnings: readonly string[];
}

const vmWarnings = ["IPsec wants a licence level: see `show license summary`; without one the throughput is bounded"];

/** The table. */
export const iosImages: Readonly<Record<IosImageKind, IosImage>> = {
  iol: {
    kind: "iol",
    title: "IOS on Linux (IOL, from CML)",
    needsKvm: false,
    memoryMiB: 768,
    bootSeconds: 100,
    managementInterface: "Ethernet0/0",
    bringsManagement: false,
    managementIsPassedThrough: true,
    archivePath: "unix:tunnelwright-archive",
    managementVrf: "clab-mgmt",
    dataInterface: (index) => `Ethernet${Math.floor(index / 4)}/${index % 4}`,
    maxDataInterfaces: 63,
    startupFile: "/iol/config.txt",
    ready: "ssh",
    hasInterfaceMtu: false,
    warnings: [
      "IOL drops packets with partial TCP checksums: ping works and SSH does not until `ethtool -K IFACE tx off` is set on the other side (containerlab pull request 3077)",
      "IOL's interface MTU is 1500 and cannot be changed: a narrower path is made by the transit",
      "whether IPsec works on IOL is not known here",
      "the startup configuration is read only while NVRAM is empty: after `write memory` it is ignored",
    ],
  },
  vios: {
    kind: "vios",
    title: "IOSv",
    needsKvm: true,
    memoryMiB: 512,
    bootSeconds: 300,
    managementInterface: "GigabitEthernet0/0",
    bringsManagement: false,
    managementIsPassedThrough: true,
    archivePath: "flash0:tunnelwright-archive",
    managementVrf: "clab-mgmt",
    dataInterface: (index) => `GigabitEthernet0/${index}`,
    maxDataInterfaces: 15,
    startupFile: "/config/startup-config.cfg",
    ready: "healthcheck",
    hasInterfaceMtu: true,
    warnings: [],
  },
  csr1000v: {
    kind: "csr1000v",
    title: "CSR 1000V",
    needsKvm: true,
    memoryMiB: 4096,
    bootSeconds: 600,
    managementInterface: "GigabitEthernet1",
    bringsManagement: true,
    managementIsPassedThrough: false,
    archivePath: "bootflash:tunnelwright-archive",
    managementVrf: "clab-mgmt",
    dataInterface: (index) => `GigabitEthernet${index + 1}`,
    maxDataInterfaces: 9,
    startupFile: "/config/startup-config.cfg",
    ready: "healthcheck",
    hasInterfaceMtu: true,
    warnings: [...vmWarnings, "unlicensed it forwards 100 kbit/s"],
  },
  c8000v: {
    kind: "c8000v",
    title: "Catalyst 8000V",
    needsKvm: true,
    memoryMiB: 4096,
    bootSeconds: 600,
    managementInterface: "GigabitEthernet1",
    bringsManagement: true,
    managementIsPassedThrough: false,
    archivePath: "bootflash:tunnelwright-archive",
    managementVrf: "clab-mgmt",
    dataInterface: (index) => `GigabitEthernet${index + 1}`,
    maxDataInterfaces: 9,
    startupFile: "/config/startup-config.cfg",
    ready: "healthcheck",
    hasInterfaceMtu: true,
    warnings: [...vmWarnings, "unlicensed it forwards 20 Mbit/s"],
  },
};

/** The label of everything that is made from this table. */
export const notRunOnIos = "not run on IOS";
