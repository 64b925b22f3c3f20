import { parseConnections, type LoadedChild, type LoadedConnection } from "./read-connections.ts";

/** What a router told of its IPsec. */
export interface LiveIpsec {
  /** The file that charon reads, as it is now. */
  readonly file: string;
  /** `swanctl --list-conns --raw`; empty when charon does not run. */
  readonly connections: string;
  readonly charonRuns: boolean;
  /** Whether the file of the keys holds what was pushed. */
  readonly keysAsPushed: boolean;
}

/**
 * The live IPsec configuration in the form of the `ipsec` section: the file's lines, where charon has loaded another value that
 * value, and a comment for what no line can show. No drift is the same text, drift a difference in lines. Connections that the
 * file does not name are not ours and are passed over, as are the values that charon does not tell (proposals, start actions).
 * @see swanctl.conf(5); strongSwan src/libcharon/plugins/vici/README.md "list-conn"
 */
export function readIpsec(live: LiveIpsec): string {
  const loaded = live.charonRuns ? parseConnections(live.connections) : [];
  const lines: string[] = [];
  if (!live.charonRuns) lines.push("# charon does not run");
  if (!live.keysAsPushed) lines.push("# the file of the pre-shared keys was changed");
  const path: string[] = [];
  for (const line of live.file.split("\n")) {
    const opened = /^\s*(\S+) \{$/.exec(line)?.[1];
    if (opened !== undefined) path.push(opened);
    const [connection, child] = ofPath(path, loaded);
    if (live.charonRuns && opened !== undefined && isUnloaded(path, connection, child))
      lines.push(`${/^\s*/.exec(line)?.[0] ?? ""}# charon has not loaded ${opened}`);
    lines.push(inForce(line, path, connection, child));
    if (/^\s*\}$/.test(line)) path.pop();
  }
  return lines.join("\n");
}

function ofPath(
  [, name, , childName]: readonly string[],
  loaded: readonly LoadedConnection[],
): [LoadedConnection | undefined, LoadedChild | undefined] {
  const connection = loaded.find((each) => each.name === name);
  return [connection, connection?.children.find((each) => each.name === childName)];
}

/** `connections NAME` and `connections NAME children NAME` are what can be loaded. */
function isUnloaded(
  path: readonly string[],
  connection: LoadedConnection | undefined,
  child: LoadedChild | undefined,
): boolean {
  if (path[0] !== "connections") return false;
  if (path.length === 2) return connection === undefined;
  return path.length === 4 && path[2] === "children" && connection !== undefined && child === undefined;
}

function inForce(
  line: string,
  path: readonly string[],
  connection: LoadedConnection | undefined,
  child: LoadedChild | undefined,
): string {
  const [, head = "", key = "", value = ""] = /^(\s*(\w+) = )(.*)$/.exec(line) ?? [];
  const told =
    path.length === 2
      ? connection && connectionValue(connection, key)
      : path.length === 4
        ? child && childValue(child, key)
        : undefined;
  return told === undefined || told === value ? line : `${head}${told}`;
}

function connectionValue(connection: LoadedConnection, key: string): string | undefined {
  if (key === "version") return { IKEv1: "1", IKEv2: "2" }[connection.version] ?? "0";
  if (key === "local_addrs") return connection.localAddresses.join(",");
  if (key === "remote_addrs") return connection.remoteAddresses.join(",");
  return undefined;
}

function childValue(child: LoadedChild, key: string): string | undefined {
  if (key === "mode") return child.mode;
  if (key === "local_ts") return child.localSelectors.map(withoutHostLength).join(",");
  if (key === "remote_ts") return child.remoteSelectors.map(withoutHostLength).join(",");
  return undefined;
}

/** Charon writes a single address as a prefix of 32 bits. */
const withoutHostLength = (selector: string): string => selector.replace("/32", "");
