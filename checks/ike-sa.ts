import type { IkeSaState } from "../dialects/strongswan/read-sas.ts";
import { askBothEnds, askSas, ofBothEnds, type BothEnds } from "./ask-end.ts";
import { compare, judgeFacts, type CheckKind } from "./check-kind.ts";
import { dhGroupName, encryptionName, ikeIntegrityName, joined } from "./negotiated-names.ts";

/** The SAs of the tunnel at both ends; `null` where charon does not answer. */
export type SasAtBothEnds = BothEnds<readonly IkeSaState[] | null>;

/** Is there an IKE SA, of the declared version and algorithms, at both ends? */
export const ikeSa: CheckKind<SasAtBothEnds> = {
  pollMs: 400,
  lookAt: [
    "`swanctl --list-sas` and `swanctl --list-conns` on both routers",
    "`docker logs` of both routers: AUTHENTICATION_FAILED is a wrong key, NO_PROPOSAL_CHOSEN another suite",
  ],
  ask: (context) => askBothEnds(context, (session) => askSas(session, context.tunnel.name)),
  judge(tunnel, observed) {
    const { ike, ikeVersion } = tunnel;
    const facts = ofBothEnds(tunnel, observed, ({ router }, _, sas) => {
      const sa = sas?.find((candidate) => candidate.state === "ESTABLISHED");
      if (!sa) {
        const seen = sas === null ? "charon does not answer" : (sas[0]?.state ?? "none");
        return [compare(`IKE SA at ${router}`, "", "ESTABLISHED", seen)];
      }
      return [
        compare(`IKE SA at ${router}`, "", "ESTABLISHED", sa.state),
        compare(`IKE version at ${router}`, "", ikeVersion, sa.version),
        compare(
          `IKE cipher at ${router}`,
          "",
          encryptionName(ike.encryption, ike.keyBits),
          sa.encryption === null ? null : joined(sa.encryption, sa.encryptionKeyBits),
        ),
        compare(`IKE integrity at ${router}`, "", ikeIntegrityName(ike.integrity), sa.integrity),
        compare(`Diffie-Hellman group at ${router}`, "", dhGroupName(ike.dhGroup), sa.dhGroup),
      ];
    });
    return judgeFacts(
      facts,
      `IKEv${ikeVersion} established, ${encryptionName(ike.encryption, ike.keyBits)} and ${dhGroupName(ike.dhGroup)}`,
    );
  },
};
