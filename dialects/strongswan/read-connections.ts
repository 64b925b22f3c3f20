import { parseViciMessages, viciList, viciSections, viciText, type ViciSection } from "./vici-text.ts";

/** A child of a connection, as charon has loaded it. */
export interface LoadedChild {
  readonly name: string;
  /** What this end asks for, which is not always what is installed. */
  readonly mode: string;
  /** `198.51.100.2/32[gre]`. */
  readonly localSelectors: readonly string[];
  readonly remoteSelectors: readonly string[];
}

/** A connection, as charon has loaded it. */
export interface LoadedConnection {
  readonly name: string;
  /** `IKEv1`, `IKEv2`, or `IKEv1/2` where either may be spoken. */
  readonly version: string;
  readonly localAddresses: readonly string[];
  readonly remoteAddresses: readonly string[];
  readonly children: readonly LoadedChild[];
}

/**
 * The connections of `swanctl --list-conns --raw`, in the order printed.
 * @see strongSwan src/libcharon/plugins/vici/README.md "list-conn"
 */
export function parseConnections(raw: string): LoadedConnection[] {
  return parseViciMessages(raw)
    .filter((message) => message.name === "list-conn event")
    .flatMap((message) => viciSections(message.body).map(([name, section]) => connection(name, section)));
}

function connection(name: string, section: ViciSection): LoadedConnection {
  const children = viciSections(section).find(([key]) => key === "children")?.[1] ?? {};
  return {
    name,
    version: viciText(section, "version") ?? "",
    localAddresses: viciList(section, "local_addrs"),
    remoteAddresses: viciList(section, "remote_addrs"),
    children: viciSections(children).map(([childName, child]) => ({
      name: childName,
      mode: (viciText(child, "mode") ?? "").toLowerCase(),
      localSelectors: viciList(child, "local-ts"),
      remoteSelectors: viciList(child, "remote-ts"),
    })),
  };
}
