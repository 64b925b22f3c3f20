import type { TunnelDeclaration } from "../declaration.ts";
import { detectionWindow } from "../detection.ts";
import type { Finding } from "../finding.ts";
import { finding } from "./catalogue.ts";
import { sides, type RuleContext } from "./context.ts";

/**
 * What is worth knowing of a tunnel's keepalives, from Cisco document 118370: where IOS would hold the tunnel down, that one end may
 * ask alone, and whether somebody else notices first.
 */
export function keepalives({ lab }: RuleContext, tunnel: TunnelDeclaration, where: string): Finding[] {
  const isIos = (router: string): boolean => lab.nodes[router]?.platform === "ios";
  return sides.flatMap((side) => {
    const keepalive = tunnel[side].keepalive;
    if (!keepalive) return [];
    const at = `${where}.${side}.keepalive`;
    return [...downOnIos(tunnel, side, at, isIos), ...alone(tunnel, side, at), ...late(tunnel, keepalive, at)];
  });
}

const otherSide = { left: "right", right: "left" } as const;
const said = ({ periodSeconds, retryCount }: { periodSeconds: number; retryCount: number }): string =>
  `keepalive ${periodSeconds} ${retryCount}`;

/** The far end's tunnel protection lets the answer by in clear, and this end drops it. */
function downOnIos(
  tunnel: TunnelDeclaration,
  side: "left" | "right",
  where: string,
  isIos: (router: string) => boolean,
): Finding[] {
  const here = tunnel[side];
  const there = tunnel[otherSide[side]];
  if ((tunnel.order ?? "gre-over-ipsec") !== "gre-over-ipsec") return [];
  const isProtected = ({ protection }: TunnelDeclaration["left"]): boolean =>
    (protection ?? "tunnel-protection") === "tunnel-protection";
  const onIos = [there, here].filter((end) => isIos(end.router) && isProtected(end)).map(({ router }) => router);
  if (onIos.length > 0)
    return [
      {
        ...finding("keepalive/with-tunnel-protection", {
          what: `keepalives of ${here.router} with tunnel protection on ${onIos.join(" and ")}, which is IOS: ${here.router}'s tunnel would be up/down`,
          where,
          fix: `give ${onIos.join(" and ")} a crypto map, or leave keepalives to the routing protocol`,
          seen: "tunnel-protection",
          allowed: "crypto-map",
        }),
        severity: "error",
      },
    ];
  if (!isProtected(there)) return [];
  return [
    finding("keepalive/with-tunnel-protection", {
      what: `keepalives of ${here.router} against tunnel protection on ${there.router}: on IOS ${here.router}'s tunnel would be up/down`,
      where,
      fix: `nothing to mend on Linux; on IOS give ${there.router} a crypto map, or leave keepalives to the routing protocol`,
      seen: "tunnel-protection",
      allowed: "crypto-map",
    }),
  ];
}

function alone(tunnel: TunnelDeclaration, side: "left" | "right", where: string): Finding[] {
  const there = tunnel[otherSide[side]];
  if (there.keepalive) return [];
  return [
    finding("keepalive/one-end", {
      what: `${tunnel[side].router} sends keepalives and ${there.router} sends none: ${there.router} notices nothing`,
      where,
      fix: `give ${there.router} keepalives as well, if it is to notice a dead tunnel by itself`,
    }),
  ];
}

function late(
  { routing }: TunnelDeclaration,
  keepalive: { readonly periodSeconds: number; readonly retryCount: number },
  where: string,
): Finding[] {
  if (routing !== undefined && routing.protocol !== "ospf") return [];
  const hello = routing?.helloIntervalSeconds ?? 10;
  const deadSeconds = routing?.deadIntervalSeconds ?? hello * 4;
  const { leastMs } = detectionWindow({ kind: "keepalive", ...keepalive });
  if (leastMs < deadSeconds * 1000) return [];
  return [
    finding("keepalive/slower-than-routing", {
      what: `${said(keepalive)} notices a dead tunnel after ${leastMs / 1000} s at the earliest, OSPF after ${deadSeconds} s at the latest`,
      where,
      fix: `ask more often, so that retries times period is below ${deadSeconds} s, or leave it to OSPF`,
      seen: String(leastMs / 1000),
      allowed: `below ${deadSeconds}`,
    }),
  ];
}
