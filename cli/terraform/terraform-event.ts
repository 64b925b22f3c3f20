/** What Terraform prints with -json, as far as it is listened to: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */

/** What is done to a resource. */
export type Action = "create" | "read" | "update" | "delete" | "replace" | "noop";

interface Resource {
  /** `docker_container.r1` */
  readonly addr: string;
  readonly resource_type: string;
  readonly resource_name: string;
}

/** A complaint, as Terraform shows it. */
export interface TerraformDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** The resource it is about. */
  readonly address?: string;
}

/** A line of it. */
export type TerraformEvent = { readonly "@message": string } & (
  | { readonly type: "planned_change"; readonly change: { readonly resource: Resource; readonly action: Action } }
  | {
      readonly type: "change_summary";
      readonly changes: {
        readonly add: number;
        readonly change: number;
        readonly remove: number;
        readonly operation: "plan" | "apply" | "destroy";
      };
    }
  | {
      readonly type: "apply_start" | "apply_complete" | "apply_errored";
      readonly hook: { readonly resource: Resource; readonly action: Action };
    }
  | { readonly type: "diagnostic"; readonly diagnostic: TerraformDiagnostic }
  | { readonly type: "other" }
);

const listenedTo = new Set([
  "planned_change",
  "change_summary",
  "apply_start",
  "apply_complete",
  "apply_errored",
  "diagnostic",
]);

/** Reads one line; what is no event of Terraform (a plugin's crash, say) is kept as words. */
export function readTerraformEvent(line: string): TerraformEvent {
  try {
    const event = JSON.parse(line) as TerraformEvent & { readonly type: string };
    if (typeof event === "object" && typeof event["@message"] === "string")
      return listenedTo.has(event.type) ? event : { "@message": event["@message"], type: "other" };
  } catch {
    // Said below.
  }
  return { "@message": line, type: "other" };
}
