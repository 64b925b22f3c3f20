import { numberOf, objectOf, parseJsonObjects, textOf, textsOf, type JsonObject } from "../json.ts";

/** A GRE device's parameters as the kernel holds them. */
export interface GreState {
  readonly local: string;
  readonly remote: string;
  /** 0 is `inherit`. */
  readonly ttl: number;
  /** The key of both directions; `null` when there is none, or when the directions differ (see `extras`). */
  readonly key: number | null;
  /** Of both directions; of one alone it is in `extras`. */
  readonly checksum: boolean;
  readonly sequence: boolean;
  /** The outer DF bit: a copy of the inner one, always clear, or always set. */
  readonly pathMtuDiscovery: "copy" | "clear" | "set";
  /** Options we never ask for, as ip(8) words: `iseq`, `ocsum`, `ikey 7`. */
  readonly extras: readonly string[];
}

/** A network device of a node. */
export interface LinkState {
  readonly name: string;
  /** RFC 2863 operational state as ip prints it: `UP`, `DOWN`, `UNKNOWN` (tunnels when up), `DORMANT`, … */
  readonly operState: string;
  /** The administrative state: the flag `UP`. */
  readonly up: boolean;
  readonly mtuBytes: number;
  /** IPv6 addresses are not generated on it (`addrgenmode none`). */
  readonly addressGenerationOff: boolean;
  /** `null` for a device that is not GRE over IPv4. */
  readonly gre: GreState | null;
}

/**
 * The links of `ip -json -details link show`.
 * @see iproute2 ip/ipaddress.c `print_linkinfo`, ip/link_gre.c `gre_print_opt`
 */
export function parseLinkStates(json: string): LinkState[] {
  return parseJsonObjects(json).flatMap((link) => {
    const name = textOf(link, "ifname");
    if (name === undefined) return [];
    const info = objectOf(link.linkinfo);
    return {
      name,
      operState: textOf(link, "operstate") ?? "UNKNOWN",
      up: textsOf(link, "flags").includes("UP"),
      mtuBytes: numberOf(link, "mtu") ?? 0,
      addressGenerationOff: textOf(link, "inet6_addr_gen_mode") === "none",
      gre: textOf(info, "info_kind") === "gre" ? greState(objectOf(info.info_data)) : null,
    };
  });
}

/** Whether the line protocol is up. A tunnel's device that carries is `UNKNOWN` to the kernel, since nothing tells it otherwise. */
export function isLineUp(link: LinkState | null | undefined): boolean {
  return link?.up === true && ["UP", "UNKNOWN"].includes(link.operState);
}

function greState(data: JsonObject): GreState {
  const inKey = keyNumber(textOf(data, "ikey"));
  const outKey = keyNumber(textOf(data, "okey"));
  const both = (word: "csum" | "seq"): boolean => data[`i${word}`] === true && data[`o${word}`] === true;
  const paired = (["csum", "seq"] as const).filter(both).flatMap((word) => [`i${word}`, `o${word}`]);
  const extras = ["iseq", "oseq", "icsum", "ocsum", "external"].filter(
    (word) => data[word] === true && !paired.includes(word),
  );
  if (inKey !== outKey) {
    if (inKey !== null) extras.push(`ikey ${inKey}`);
    if (outKey !== null) extras.push(`okey ${outKey}`);
  }
  const tos = textOf(data, "tos");
  if (tos !== undefined && tos !== "0" && tos !== "0x0") extras.push(`tos ${tos}`);
  return {
    local: textOf(data, "local") ?? "any",
    remote: textOf(data, "remote") ?? "any",
    ttl: numberOf(data, "ttl") ?? 0,
    key: inKey === outKey ? inKey : null,
    checksum: both("csum"),
    sequence: both("seq"),
    pathMtuDiscovery: data.pmtudisc !== false ? "set" : data.ignore_df === true ? "clear" : "copy",
    extras,
  };
}

/** ip prints a key as a dotted quad, whatever it was given as. */
function keyNumber(text: string | undefined): number | null {
  if (text === undefined) return null;
  return text.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
