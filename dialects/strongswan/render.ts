import type { NodeModel, TunnelEndModel } from "../../model/lab-model.ts";
import { espProposal, ikeProposal } from "./proposals.ts";

/** A line, or a named block of lines. */
type Block = string | readonly [name: string, body: readonly Block[]];

/**
 * The `ipsec` section: `swanctl.conf` with one connection and one CHILD SA a tunnel, no secrets; empty without tunnels.
 *
 * The policy protects GRE (protocol 47) between the outer addresses, with IPsec over GRE the traffic of the sites, and is trapped before anything is negotiated, so that
 * nothing leaves in clear. A declared lifetime is the hard one, as on IOS: rekeying begins at 90 % of it.
 * @see swanctl.conf(5)
 */
export function renderIpsec(node: NodeModel): string {
  const tunnels = protectedTunnels(node);
  if (tunnels.length === 0) return "";
  return print([["connections", tunnels.map(connection)]]);
}

/**
 * The `ipsec-secrets` section as a template: `{{psk:TUNNEL}}` stands where the key goes, `{{psk-text:TUNNEL}}` where the far end knows keys as text alone; empty without tunnels.
 * @see swanctl.conf(5) `secrets.ike<suffix>`
 */
export function renderSecretsTemplate(node: NodeModel): string {
  const tunnels = protectedTunnels(node);
  if (tunnels.length === 0) return "";
  const secrets = tunnels.map((tunnel): Block => [
    `ike-${tunnel.name}`,
    [
      `id-local = ${tunnel.ikeIdentities.local}`,
      `id-remote = ${tunnel.ikeIdentities.remote}`,
      `secret = {{psk${tunnel.keyIsText ? "-text" : ""}:${tunnel.name}}}`,
    ],
  ]);
  return print([["secrets", secrets]]);
}

function protectedTunnels(node: NodeModel): TunnelEndModel[] {
  return node.tunnels.filter(({ order }) => order !== "gre");
}

function connection(tunnel: TunnelEndModel): Block {
  const rekeySeconds = rekeyTimeSeconds(tunnel.ikeLifetimeSeconds);
  return [
    tunnel.name,
    [
      `version = ${tunnel.ikeVersion}`,
      `local_addrs = ${tunnel.ikeAddresses.local}`,
      `remote_addrs = ${tunnel.ikeAddresses.remote}`,
      `proposals = ${ikeProposal(tunnel.ike)}`,
      "mobike = no",
      // Both ends may have begun at once, each for a packet it had: of two SAs the older goes. With IKEv1 each end may take another for it.
      ...(tunnel.ikeVersion === 2 ? ["unique = replace"] : []),
      `dpd_delay = ${tunnel.dpdDelaySeconds}s`,
      ...(tunnel.ikeVersion === 1 ? ["dpd_timeout = 60s"] : []),
      "keyingtries = 0", // a peer that comes up a day later is met all the same
      `rekey_time = ${rekeySeconds}s`,
      `over_time = ${tunnel.ikeLifetimeSeconds - rekeySeconds}s`,
      ["local", ["auth = psk", `id = ${tunnel.ikeIdentities.local}`]],
      ["remote", ["auth = psk", `id = ${tunnel.ikeIdentities.remote}`]],
      ["children", [child(tunnel)]],
    ],
  ];
}

function child(tunnel: TunnelEndModel): Block {
  return [
    tunnel.name,
    [
      `mode = ${tunnel.mode}`,
      `esp_proposals = ${espProposal(tunnel.esp, tunnel.perfectForwardSecrecy ? tunnel.ike.dhGroup : null)}`,
      `local_ts = ${tunnel.selectors.local.join(",")}`,
      `remote_ts = ${tunnel.selectors.remote.join(",")}`,
      // Transport mode has no header of its own to copy to.
      ...(tunnel.mode === "tunnel" ? [`copy_df = ${tunnel.pathMtuDiscovery ? "yes" : "no"}`] : []),
      `rekey_time = ${rekeyTimeSeconds(tunnel.espLifetimeSeconds)}s`,
      `life_time = ${tunnel.espLifetimeSeconds}s`,
      ...(tunnel.lineFollowsSa ? ["updown = /usr/lib/tunnelwright/line-follows-sa"] : []),
      "start_action = trap|start",
      `dpd_action = ${tunnel.restartsLostSa ? "restart" : "trap"}`,
      "close_action = trap",
    ],
  ];
}

/** When the new keys are negotiated, of a lifetime after which the old ones are dead. */
function rekeyTimeSeconds(lifetimeSeconds: number): number {
  return Math.floor(lifetimeSeconds * 0.9);
}

function print(blocks: readonly Block[], indent = ""): string {
  return blocks
    .map((block) =>
      typeof block === "string"
        ? `${indent}${block}\n`
        : `${indent}${block[0]} {\n${print(block[1], `${indent}  `)}${indent}}\n`,
    )
    .join("");
}
