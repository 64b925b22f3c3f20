/** `provider::tunnelwright::tunnel_mtu` and `esp_overhead`: the arithmetic of model/overhead.ts, for any Terraform configuration. */
import { largestInnerBytes, wireBytes, type Encapsulation } from "../../model/overhead.ts";
import { suiteNames, suites, type SuiteName } from "../../model/suites.ts";
import { defineFunction, FunctionArgumentError } from "../sdk/definitions.ts";

const modes = ["transport", "tunnel"];
/** GRE without ESP: the suite, and its mode. */
const plainGre = "none";
const packetBytes = { least: 20, most: 65_535 };
/** RFC 791: every path carries so much. */
const pathBytes = { least: 68, most: 65_535 };

const parameters = (size: { name: string; description: string }) =>
  [
    { ...size, type: "number" },
    {
      name: "suite",
      type: "string",
      description: `What ESP protects GRE with: ${suiteNames.join(", ")}; ${plainGre} is GRE without ESP.`,
    },
    { name: "mode", type: "string", description: "IPsec mode: transport or tunnel; none with the suite none." },
    { name: "gre_key", type: "bool", description: "Whether a GRE key is sent: 4 bytes (RFC 2890)." },
    { name: "nat_traversal", type: "bool", description: "Whether ESP goes inside UDP port 4500: 8 bytes (RFC 3948)." },
  ] as const;

/**
 * `tunnel_mtu(path_mtu_bytes, suite, mode, gre_key, nat_traversal)`: the largest `ip mtu` of a GRE tunnel over IPv4 at which no
 * outer packet is larger than the path's MTU, in bytes. An argument that cannot be is blamed, with every other fault beside it.
 * @see RFC 2784, RFC 2890, RFC 4303, RFC 3948
 * @example
 * ```hcl
 * output "ip_mtu" { value = provider::tunnelwright::tunnel_mtu(1500, "aes-gcm-16", "transport", false, false) } # 1442
 * ```
 */
export const tunnelMtu = defineFunction({
  summary: "Largest ip mtu of a GRE tunnel that no path fragments, in bytes",
  parameters: parameters({
    name: "path_mtu_bytes",
    description: "Smallest IP MTU between the outer addresses, in bytes: 68 to 65535.",
  }),
  returns: "number",
  call(pathMtuBytes, suite, mode, greKey, natTraversal) {
    assertArguments({ name: "path_mtu_bytes", bytes: pathMtuBytes, ...pathBytes }, suite, mode, natTraversal);
    const packet = encapsulation(suite, mode, greKey, natTraversal);
    const inner = largestInnerBytes(pathMtuBytes, packet);
    if (inner >= packetBytes.least) return inner;
    throw new FunctionArgumentError(
      0,
      `a path MTU of ${pathMtuBytes} bytes leaves this tunnel no room for an IPv4 header: it needs ${wireBytes(packetBytes.least, packet)} or more`,
    );
  },
});

/**
 * `esp_overhead(inner_bytes, suite, mode, gre_key, nat_traversal)`: by how many bytes the outer IPv4 packet is larger than the
 * inner one of this size, GRE and ESP together. It goes up and down with the size, since ESP pads (RFC 4303 section 2.4).
 * @example
 * ```hcl
 * output "overhead" { value = provider::tunnelwright::esp_overhead(1400, "3des-sha1", "transport", false, false) } # 56
 * ```
 */
export const espOverhead = defineFunction({
  summary: "Bytes that GRE and ESP add to an inner packet of a size",
  parameters: parameters({ name: "inner_bytes", description: "The inner IP packet, in bytes: 20 to 65535." }),
  returns: "number",
  call(innerBytes, suite, mode, greKey, natTraversal) {
    assertArguments({ name: "inner_bytes", bytes: innerBytes, ...packetBytes }, suite, mode, natTraversal);
    return wireBytes(innerBytes, encapsulation(suite, mode, greKey, natTraversal)) - innerBytes;
  },
});

/** Throws one error for all faults, since a function can blame one argument alone: the first. Each names its parameter. */
function assertArguments(
  size: { readonly name: string; readonly bytes: number; readonly least: number; readonly most: number },
  suite: string,
  mode: string,
  natTraversal: boolean,
): void {
  const faults: [argument: number, message: string][] = [];
  const { name, bytes, least, most } = size;
  if (!Number.isInteger(bytes) || bytes < least || bytes > most)
    faults.push([0, `${name}: ${bytes} is not a whole number of bytes from ${least} to ${most}`]);
  if (suite !== plainGre && !isSuite(suite))
    faults.push([1, `suite: none is named ${JSON.stringify(suite)}; known: ${[...suiteNames, plainGre].join(", ")}`]);
  const known = suite === plainGre ? [plainGre] : modes;
  if (!known.includes(mode))
    faults.push([2, `mode: ${JSON.stringify(mode)} cannot be with the suite ${suite}; it is ${known.join(" or ")}`]);
  if (suite === plainGre && natTraversal)
    faults.push([4, "nat_traversal: ESP goes inside UDP, and with the suite none there is no ESP"]);
  const [first] = faults;
  if (first) throw new FunctionArgumentError(first[0], faults.map(([, message]) => message).join("; "));
}

function encapsulation(suite: string, mode: string, greKey: boolean, natTraversal: boolean): Encapsulation {
  return {
    order: suite === plainGre ? "gre" : "gre-over-ipsec",
    outerFamily: "ipv4",
    gre: { key: greKey, checksum: false, sequence: false },
    esp: suites[isSuite(suite) ? suite : "null-sha256"].esp,
    mode: mode === "tunnel" ? "tunnel" : "transport",
    natTraversal,
  };
}

function isSuite(name: string): name is SuiteName {
  return Object.hasOwn(suites, name);
}
