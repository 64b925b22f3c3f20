import type { ChildSaState } from "../dialects/strongswan/read-sas.ts";
import type { PlannedEnd, PlannedTunnel } from "../model/plan-document.ts";
import type { Fact } from "../model/run-result.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { askSas, type SasAtBothEnds } from "./ike-sa.ts";
import { encryptionName, espIntegrityName, joined } from "./negotiated-names.ts";

/** Which mode, algorithms and selectors were installed? With IKEv2, ends that differ in mode come up quietly as tunnel: so the installed one counts. */
export const childSa: CheckKind<SasAtBothEnds> = {
  pollMs: 400,
  lookAt: ["`swanctl --list-sas` on both routers", "`ip xfrm state` and `ip xfrm policy` on both routers"],
  ask: askSas,
  judge(tunnel, observed) {
    const { left, right } = matchingChildren(observed);
    const facts = [
      ...factsAt(tunnel, tunnel.left, tunnel.right, left),
      ...factsAt(tunnel, tunnel.right, tunnel.left, right),
    ];
    return judgeFacts(
      facts,
      `ESP in ${tunnel.mode} mode, ${encryptionName(tunnel.esp.encryption, tunnel.esp.keyBits)}, GRE alone`,
    );
  },
};

function installed(sas: SasAtBothEnds["left"]): ChildSaState[] {
  return sas
    .filter((sa) => sa.state === "ESTABLISHED")
    .flatMap((sa) => sa.children.filter((child) => child.state === "INSTALLED"));
}

/** The two halves of one CHILD SA: what one sends with, the other receives with. */
function matchingChildren(observed: SasAtBothEnds): {
  left: ChildSaState | undefined;
  right: ChildSaState | undefined;
} {
  const lefts = installed(observed.left);
  const rights = installed(observed.right);
  for (const left of lefts) {
    const right = rights.find((candidate) => candidate.spiIn === left.spiOut && candidate.spiOut === left.spiIn);
    if (right) return { left, right };
  }
  return { left: lefts[0], right: rights[0] };
}

function factsAt(
  { mode, esp }: PlannedTunnel,
  here: PlannedEnd,
  there: PlannedEnd,
  child: ChildSaState | undefined,
): Fact[] {
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
      `${here.outerAddress}/32[gre] ${there.outerAddress}/32[gre]`,
      [...child.localSelectors, ...child.remoteSelectors].join(" "),
    ),
  ];
}
