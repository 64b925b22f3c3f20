/**
 * What follows `type gre` on an ip command line.
 * `nopmtudisc` copies the inner DF bit to the outer header, as `tunnel path-mtu-discovery` does; with `ignore-df` the outer
 * bit is always clear, as without it. Linux's own default, `pmtudisc`, sets it always: a black hole for packets without DF.
 * @see ip-link(8) "GRE, IPIP, SIT Type Support"
 */
export interface GreOptions {
  readonly local: string;
  readonly remote: string;
  readonly ttl: number;
  readonly key: number | null;
  readonly checksum: boolean;
  readonly sequence: boolean;
  readonly pathMtuDiscovery: "copy" | "clear" | "set";
}

const dfWords = { copy: "nopmtudisc", clear: "nopmtudisc ignore-df", set: "pmtudisc" } as const;

/** The options as a new device takes them. */
export function printGreOptions(options: GreOptions): string {
  const { local, remote, ttl, key, checksum, sequence } = options;
  const extras = `${key === null ? "" : ` key ${key}`}${checksum ? " csum" : ""}${sequence ? " seq" : ""}`;
  return `local ${local} remote ${remote} ttl ${ttl}${extras} ${dfWords[options.pathMtuDiscovery]}`;
}

/**
 * The options as an existing device takes them: what is to be off is said too, since what is not said stays.
 * Undefined where the kernel refuses (Linux 6.1: `pmtudisc` on a device that ignores DF is an invalid argument).
 */
export function printGreChange(options: GreOptions): string | undefined {
  const { local, remote, ttl, key, checksum, sequence, pathMtuDiscovery } = options;
  if (pathMtuDiscovery === "set") return undefined;
  const df = pathMtuDiscovery === "copy" ? "noignore-df" : "ignore-df";
  const words = [key === null ? "nokey" : `key ${key}`, checksum ? "csum" : "nocsum", sequence ? "seq" : "noseq"];
  return `local ${local} remote ${remote} ttl ${ttl} ${words.join(" ")} nopmtudisc ${df}`;
}

/** What tells one GRE device from another when a packet comes in: two devices cannot share it (the kernel: "File exists"). */
export function greIdentity(text: string): string {
  const ends = /^local \S+ remote \S+/.exec(text)?.[0] ?? text;
  return `${ends} ${/\bi?key (\d+)/.exec(text)?.[1] ?? "nokey"}`;
}

/** The options of a text of `printGreOptions`; undefined for any other text: such a device is made anew, not changed. */
export function parseGreOptions(text: string): GreOptions | undefined {
  const match =
    /^local (\S+) remote (\S+) ttl (\d+)(?: key (\d+))?( csum)?( seq)? (nopmtudisc|nopmtudisc ignore-df|pmtudisc)$/.exec(
      text,
    );
  if (!match) return undefined;
  const [, local = "", remote = "", ttl = "", key, checksum, sequence, df] = match;
  return {
    local,
    remote,
    ttl: Number(ttl),
    key: key === undefined ? null : Number(key),
    checksum: checksum !== undefined,
    sequence: sequence !== undefined,
    pathMtuDiscovery: df === dfWords.copy ? "copy" : df === dfWords.clear ? "clear" : "set",
  };
}
