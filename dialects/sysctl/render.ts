import type { NodeModel } from "../../model/lab-model.ts";

/**
 * The `sysctl` section: what makes a Linux node forward as a router does, each key as `key = value`.
 * The image starts with the same values; said here, a value that was changed by hand is seen and set right.
 *
 * A reverse path filter would drop what a tunnel brings in from elsewhere; a redirect would teach hosts a way around the router;
 * `accept_local` lets a router take a packet of its own back, as a reflected GRE keepalive is.
 * @see Linux Documentation/networking/ip-sysctl.rst
 */
export function renderSysctl(node: NodeModel): string {
  const forwards = node.role === "host" ? 0 : 1;
  const scopes = ["all", "default", ...node.interfaces.map(({ name }) => name)];
  return [
    `net.ipv4.ip_forward = ${forwards}`,
    ...["accept_local = 1", "accept_redirects = 0", "rp_filter = 0", "send_redirects = 0"].flatMap((setting) =>
      scopes.map((scope) => `net.ipv4.conf.${scope}.${setting}`),
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
