/** The door of dialects/: a node of the model to the texts its router is configured with. */
import type { NodeModel } from "../model/lab-model.ts";
import type { NodeTexts } from "../model/plan-document.ts";
import { renderRouting } from "./frr/render.ts";
import { renderInterfaces } from "./iproute2/render.ts";
import { renderFirewall } from "./iptables/render.ts";
import { renderKeepalive } from "./keepalive/render.ts";
import { renderSysctl } from "./sysctl/render.ts";
import { renderIpsec, renderSecretsTemplate } from "./strongswan/render.ts";

/** The seven texts of a node, in the order they are applied; a text that has nothing to say is empty. */
export function renderNode(node: NodeModel): NodeTexts {
  return {
    sysctl: renderSysctl(node),
    firewall: renderFirewall(node),
    interfaces: renderInterfaces(node),
    ipsec: renderIpsec(node),
    ipsecSecrets: renderSecretsTemplate(node),
    routing: renderRouting(node),
    keepalive: renderKeepalive(node.tunnels),
  };
}
