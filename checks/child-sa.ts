import type { ChildSaState, IkeSaState } from "../dialects/strongswan/read-sas.ts";
import { protectsSites } from "../model/overhead.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { askBothEnds, askSas, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import type { SasAtBothEnds } from "./ike-sa.ts";
import { encryptionName, espIntegrityName, joined } from "./negotiated-names.ts";

/** Which mode, algorithms and selectors were installed? With IKEv2, ends that differ in mode come up quietly as tunnel: so the installed one counts. */
export const childSa: CheckKind<SasAtBothEnds> = {
  pollMs: 400,
  lookAt: ["`swanctl --list-sas` on both routers", "`ip xfrm state` and `ip xfrm policy` on both routers"],
  ask: (context) => askBothEnds(context, (session) => askSas(session, context.tunnel.name)),
  judge(tunnel, observed) {
    const children = matchingChildren(observed);
    const facts = ofBothEnds(tunnel, children, (here, _, child) => factsAt(tunnel, here, child));
    const { verdict, summary } = judgeFacts(
      facts,
      `ESP in ${tunnel.mode} mode, ${encryptionName(tunnel.esp.encryption, tunnel.esp.keyBits)}, ${protectsSites(tunnel.order) ? "the sites' packets" : "GRE"} alone`,
    );
    return { verdict, facts, summary: summary + modeHint(tunnel, children) };
  },
};

/** The two halves of one CHILD SA: what one sends with, the other receives with. Without such a pair, the first of each end. */
export function matchingChildren(observed: SasAtBothEnds): BothEnds<ChildSaState | undefined> {
  const lefts = installed(observed.left);
  const rights = installed(observed.right);
  for (const left of lefts) {
    const right = rights.find((candidate) => candidate.spiIn === left.spiOut && candidate.spiOut === left.spiIn);
    if (right) return { left, right };
  }
  return { left: lefts[0], right: rights[0] };
}

function installed(sas: readonly IkeSaState[] | null): ChildSaState[] {
  return (sas ?? [])
    .filter((sa) => sa.state === "ESTABLISHED")
    .flatMap((sa) => sa.children.filter((child) => child.state === "INSTALLED"));
}

/** RFC 7296 section 1.3.1: a responder that does not take up USE_TRANSPORT_MODE gets a tunnel mode SA. */
function modeHint({ mode, ikeVersion }: PlannedTunnel, { left, right }: BothEnds<ChildSaState | undefined>): string {
  const quietlyTunnel = mode === "transport" && left?.mode === "tunnel" && right?.mode === "tunnel";
  return quietlyTunnel && ikeVersion === 2
    ? "; with IKEv2 both ends install tunnel mode when one of them asks for it: see ends-agree"
    : "";
}

function factsAt({ mode, esp }: PlannedTunnel, here: PlannedEnd, child: ChildSaState | undefined): Fact[] {
  const { router } = here;
  if (!child) return [compare(`CHILD SA at ${router}`, "", "INSTALLED", "none")];
  return [
    compare(`CHILD SA at ${router}`, "", "INSTALLED", child.state),
    compare(`mode at ${router}`, "", mode, child.mode),
    compare(
      `ESP cipher at ${router}`,
      "",
      encryptionName(esp.encryption, esp.keyBits),
      joined(child.encryption, child.encryptionKeyBits),
    ),
    compare(`ESP integrity at ${router}`, "", espIntegrityName(esp.integrity), child.integrity ?? "none"),
    compare(
      `selectors at ${router}`,
      "",
      [...here.selectors.local, ...here.selectors.remote].join(" "),
      [...child.localSelectors, ...child.remoteSelectors].join(" "),
    ),
  ];
}
