import type { NodeModel } from "../../model/lab-model.ts";

/**
 * The `sysctl` section: what makes a Linux node forward as a router does, each key as `key = value`.
 * The image starts with the same values; said here, a value that was changed by hand is seen and set right.
 *
 * A reverse path filter would drop what a tunnel brings in from elsewhere; a redirect would teach hosts a way around the router;
 * IPv6 is off in the image, and comes with a node's first address of it; nobody learns of routers or addresses by advertisement.
 * `accept_local` lets a router take a packet of its own back, as a reflected GRE keepalive is.
 * @see Linux Documentation/networking/ip-sysctl.rst
 */
export function renderSysctl(node: NodeModel): string {
  const forwards = node.role === "host" ? 0 : 1;
  const hasIpv6 = [
    ...node.interfaces.map(({ address6 }) => address6),
    ...node.tunnels.map((each) => each.tunnelAddress6),
  ].some(Boolean);
  const scopes = ["all", "default", ...node.interfaces.map(({ name }) => name)];
  return [
    `net.ipv4.ip_forward = ${forwards}`,
    ...["accept_local = 1", "accept_redirects = 0", "rp_filter = 0", "send_redirects = 0"].flatMap((setting) =>
      scopes.map((scope) => `net.ipv4.conf.${scope}.${setting}`),
    ),
    ...(hasIpv6 ? ipv6Settings(node) : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/**
 * A device that comes later takes the default's. One that is there is told by itself: the image's `disable_ipv6=1` is the default's
 * value alone, and what `all` already has is written to no device.
 */
function ipv6Settings({ role, interfaces }: NodeModel): string[] {
  return [
    ...["default", ...interfaces.map(({ name }) => name)].flatMap((scope) => [
      `net.ipv6.conf.${scope}.accept_ra = 0`,
      `net.ipv6.conf.${scope}.disable_ipv6 = 0`,
    ]),
    `net.ipv6.conf.all.forwarding = ${role === "host" ? 0 : 1}`,
  ];
}
