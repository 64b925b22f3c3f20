import type { LinkState } from "../dialects/iproute2/read-link.ts";
import type { LoadedConnection } from "../dialects/strongswan/read-connections.ts";
import type { ChildSaState, IkeSaState } from "../dialects/strongswan/read-sas.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { askBothEnds, askConnection, askLink, askSas, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { matchingChildren } from "./child-sa.ts";
import { joined } from "./negotiated-names.ts";

interface EndObservation {
  readonly connection: LoadedConnection | null | undefined;
  readonly sas: readonly IkeSaState[] | null;
  readonly link: LinkState | undefined;
}

/** Do both ends hold the same tunnel: as each was told, as it was negotiated, and as the kernel has it? Neither end alone can see that. */
export const endsAgree: CheckKind<BothEnds<EndObservation>> = {
  pollMs: 400,
  lookAt: [
    "`swanctl --list-conns` on both routers: what each was told",
    "`swanctl --list-sas` on both routers: what they agreed on",
    "`/etc/swanctl/conf.d/tunnelwright.conf` on both routers: proposals are told nowhere else",
    "`ip -details link show TUNNEL` on both routers",
  ],
  ask: (context) =>
    askBothEnds(context, async (session, here) => {
      const { name } = context.tunnel;
      const [connection, sas, link] = await Promise.all([
        askConnection(session, name),
        askSas(session, name),
        askLink(session, here.device),
      ]);
      return { connection, sas, link };
    }),
  judge(tunnel, { left, right }) {
    const { router: l } = tunnel.left;
    const { router: r } = tunnel.right;
    const equal = (quantity: string, unit: string, here: string | undefined, there: string | undefined): Fact =>
      compare(
        `${quantity} at ${l} and ${r}`,
        unit,
        "equal",
        here !== undefined && here === there ? "equal" : `${here ?? "none"} / ${there ?? "none"}`,
      );
    const told = ({ connection }: EndObservation) => connection?.children.find((child) => child.name === tunnel.name);
    const [tl, tr] = [told(left), told(right)];
    const children = matchingChildren({ left: left.sas, right: right.sas });
    return judgeFacts(
      [
        equal("IKE version told", "", left.connection?.version, right.connection?.version),
        equal("mode told", "", tl?.mode, tr?.mode),
        equal(
          "selectors, mirrored,",
          "",
          selectors(tunnel, tl?.localSelectors, tl?.remoteSelectors),
          selectors(tunnel, tr?.remoteSelectors, tr?.localSelectors),
        ),
        ...(tunnel.left.device === null
          ? []
          : [
              equal(
                "ip mtu",
                "bytes",
                left.link && String(left.link.mtuBytes),
                right.link && String(right.link.mtuBytes),
              ),
              equal("GRE key", "", greKey(left.link), greKey(right.link)),
            ]),
        ...negotiated(tunnel, children, equal),
      ],
      `${l} and ${r} hold the same tunnel, its keys are fresh`,
    );
  },
};

function negotiated(
  { espLifetimeSeconds, left, right }: PlannedTunnel,
  { left: atLeft, right: atRight }: BothEnds<ChildSaState | undefined>,
  equal: (quantity: string, unit: string, here: string, there: string) => Fact,
): Fact[] {
  if (!atLeft || !atRight)
    return [compare(`CHILD SA of ${left.router} and ${right.router}`, "", "in common", "none in common")];
  return [
    equal("mode installed", "", atLeft.mode, atRight.mode),
    equal("suite installed", "", suite(atLeft), suite(atRight)),
    equal(`SPI ${left.router} → ${right.router}`, "", atLeft.spiOut, atRight.spiIn),
    equal(`SPI ${right.router} → ${left.router}`, "", atLeft.spiIn, atRight.spiOut),
    freshness(left.router, atLeft, espLifetimeSeconds),
    freshness(right.router, atRight, espLifetimeSeconds),
  ];
}

function freshness(router: string, { ageSeconds }: ChildSaState, lifetimeSeconds: number): Fact {
  const fresh = `under ${lifetimeSeconds}`;
  return compare(
    `age of the keys at ${router}`,
    "s",
    fresh,
    ageSeconds === null ? null : ageSeconds < lifetimeSeconds ? fresh : ageSeconds,
  );
}

function suite({ encryption, encryptionKeyBits, integrity }: ChildSaState): string {
  const cipher = joined(encryption, encryptionKeyBits);
  return integrity === null ? cipher : `${cipher} ${integrity}`;
}

/** From left to right, each address as its own router has it: a NAT on the way shows another to the peer. */
function selectors(
  { left, right }: PlannedTunnel,
  first: readonly string[] | undefined,
  second: readonly string[] | undefined,
): string | undefined {
  if (!first || !second) return undefined;
  const own = (seen: string, address: string) => (selector: string) =>
    selector.startsWith(`${seen}/`) ? selector.replace(seen, address) : selector;
  const here = first.map(own(right.peerAddress, left.outerAddress));
  const there = second.map(own(left.peerAddress, right.outerAddress));
  return `${here.join(" ")} → ${there.join(" ")}`;
}

function greKey(link: LinkState | undefined): string | undefined {
  return link?.gre ? String(link.gre.key ?? "no key") : undefined;
}
