/** The seed's suite: 3DES and SHA-1, IKEv1, tunnel mode; here with a GRE key, and with every protocol between the sites left to one static route. */
import type { NodeModel } from "../../../model/lab-model.ts";
import { suites } from "../../../model/suites.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const end = tunnelEnd({
  ...suites["3des-sha1"],
  ikeVersion: 1,
  mode: "tunnel",
  greKey: 42,
  ipMtuBytes: 1400,
  tcpMssBytes: 1360,
  protection: "crypto-map",
});

export const nodes: readonly NodeModel[] = [leftRouter({ tunnels: [end] }), rightRouter({ tunnels: [otherEnd(end)] })];
