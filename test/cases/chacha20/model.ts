/** ChaCha20-Poly1305, transport mode. */
import type { NodeModel } from "../../../model/lab-model.ts";
import { suites } from "../../../model/suites.ts";
import { leftRouter, otherEnd, rightRouter, tunnelEnd } from "../nodes.ts";

const end = tunnelEnd({ ...suites["chacha20-poly1305"] });

export const nodes: readonly NodeModel[] = [leftRouter({ tunnels: [end] }), rightRouter({ tunnels: [otherEnd(end)] })];
