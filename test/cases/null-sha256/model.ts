/** No encryption, SHA-256 alone: what a capture can read. */
import type { NodeModel } from "../../../model/lab-model.ts";
import { suites } from "../../../model/suites.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const end = tunnelEnd({ ...suites["null-sha256"] });

export const nodes: readonly NodeModel[] = [leftRouter({ tunnels: [end] }), rightRouter({ tunnels: [otherEnd(end)] })];
