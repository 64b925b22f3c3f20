import { farEnd } from "../pair-ends.ts";
import type { IosEnd } from "../ends.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { deleteLine, type LintContext, type Rule } from "./context.ts";

/** GRE keepalives, and what keeps their answers away. */
export const keepaliveRules: readonly Rule[] = [withProtection, unanswered];

const instead =
  "use a routing protocol, DPD (crypto isakmp keepalive, or dpd in an ikev2 profile), BFD or an IP SLA instead";

function withProtection(context: LintContext): IosFinding[] {
  return context.ends.flatMap((end) => {
    const { tunnel } = end;
    const keepalive = tunnel?.keepalive;
    if (!keepalive || !tunnel.tunnelDestination) return [];
    const far = farEnd(context, end);
    const told = judge(end, far);
    if (!told) return [];
    const { periodSeconds, retryCount } = keepalive.value;
    return [
      iosFinding("ios/keepalive-protection", end.device, keepalive.line, {
        what: `keepalive ${periodSeconds} ${retryCount} on ${end.name} of ${end.device.name}: ${told.what}`,
        severity: told.severity,
        fix: `leave the keepalive out; ${instead}`,
        edits: [deleteLine(end.device, keepalive.line)],
      }),
    ];
  });
}

/** Document 118370's table; B is the end with the keepalive. */
function judge(
  end: IosEnd,
  far: IosEnd | undefined,
): { readonly what: string; readonly severity: "error" | "warning" } | undefined {
  const own = end.protection?.kind;
  const other = far?.protection?.kind;
  if (other === "tunnel-protection")
    return {
      what: `${far?.device.name ?? "the peer"} has tunnel protection and its answers come back in clear, so the tunnel goes down ${own === "tunnel-protection" ? "(both ends protect the tunnel)" : "(crypto map here)"}`,
      severity: "error",
    };
  if (own !== "tunnel-protection") return undefined;
  return far
    ? { what: "works against a crypto map, and is not supported together with tunnel protection", severity: "warning" }
    : {
        what: "with tunnel protection here; whether it goes down depends on the far end, which is not in the text",
        severity: "warning",
      };
}

function unanswered({ ends }: LintContext): IosFinding[] {
  return ends.flatMap((end) => {
    const { tunnel } = end;
    const keepalive = tunnel?.keepalive;
    if (!tunnel || !keepalive) return [];
    const mode = tunnel.tunnelMode?.value ?? "gre";
    const reasons = [
      ...(mode === "mgre" ? ["it is multipoint GRE, on which keepalives have no effect"] : []),
      ...(mode !== "gre" && mode !== "mgre" ? ["it is not GRE"] : []),
      ...(tunnel.urpf ? ["its reverse path check drops the answers, strict or loose"] : []),
      ...((tunnel.vrf?.value ?? "") !== (tunnel.tunnelVrf?.value ?? "") ? ["its VRF and the tunnel's VRF differ"] : []),
    ];
    return reasons.map((reason) =>
      iosFinding("ios/keepalive-unanswered", end.device, keepalive.line, {
        what: `keepalive on ${end.name} of ${end.device.name}: ${reason}`,
        fix: `leave the keepalive out; ${instead}`,
        edits: [deleteLine(end.device, keepalive.line)],
      }),
    );
  });
}
