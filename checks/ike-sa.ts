import { parseIkeSas, type IkeSaState } from "../dialects/strongswan/read-sas.ts";
import type { PlannedTunnel } from "../model/plan-document.ts";
import { compare, judgeFacts, type CheckContext, type CheckKind } from "./check-kind.ts";
import { dhGroupName, encryptionName, ikeIntegrityName, joined } from "./negotiated-names.ts";

/** The SAs of the tunnel at both ends. Both sides may have begun: several SAs are no fault. */
export interface SasAtBothEnds {
  readonly left: readonly IkeSaState[];
  readonly right: readonly IkeSaState[];
}

/** Asks both routers for the SAs of the tunnel. */
export async function askSas({ tunnel, on }: CheckContext): Promise<SasAtBothEnds> {
  const at = (router: string) =>
    on(router, async (session) => {
      const { stdout, stderr, exitCode } = await session.run(["swanctl", "--list-sas", "--raw"]);
      if (exitCode !== 0)
        throw new Error(`${router}: charon does not answer: ${stderr.trim().split("\n").at(-1) ?? ""}`);
      return parseIkeSas(stdout).filter((sa) => sa.name === tunnel.name);
    });
  const [left, right] = await Promise.all([at(tunnel.left.router), at(tunnel.right.router)]);
  return { left, right };
}

/** Is there an IKE SA, of the declared version and algorithms, at both ends? */
export const ikeSa: CheckKind<SasAtBothEnds> = {
  pollMs: 400,
  lookAt: [
    "`swanctl --list-sas` and `swanctl --list-conns` on both routers",
    "`docker logs` of both routers: AUTHENTICATION_FAILED is a wrong key, NO_PROPOSAL_CHOSEN another suite",
  ],
  ask: askSas,
  judge(tunnel, observed) {
    const facts = (["left", "right"] as const).flatMap((side) => factsAt(tunnel, tunnel[side].router, observed[side]));
    return judgeFacts(
      facts,
      `IKEv${tunnel.ikeVersion} established, ${encryptionName(tunnel.ike.encryption, tunnel.ike.keyBits)} and ${dhGroupName(tunnel.ike.dhGroup)}`,
    );
  },
};

function factsAt({ ike, ikeVersion }: PlannedTunnel, router: string, sas: readonly IkeSaState[]) {
  const sa = sas.find((candidate) => candidate.state === "ESTABLISHED");
  if (!sa) return [compare(`IKE SA at ${router}`, "", "ESTABLISHED", sas[0]?.state ?? "none")];
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
}
