/** The public door of model/: what users of the constructs and of the documents may name. */
export { DeclarationError, formatFindings, hasErrors, type Finding, type Severity } from "./finding.ts";
export type {
  LabDeclaration,
  NodeDeclaration,
  RoutingDeclaration,
  TunnelDeclaration,
  TunnelEndDeclaration,
  EspDeclaration,
} from "./declaration.ts";
export { largestInnerBytes, tcpMssFor, wireBytes, type Encapsulation, type GreOptions } from "./overhead.ts";
export type { LabPlan, PlannedTunnel, TunnelPrediction, Inventory } from "./plan-document.ts";
export { runResultSchema, type CheckResult, type Fact, type RunResult, type Verdict } from "./run-result.ts";
export { suiteNames, type EspTransform, type IkeVersion, type IpsecMode, type SuiteName } from "./suites.ts";
export { validateLab, type ValidatedLab } from "./validate-lab.ts";
