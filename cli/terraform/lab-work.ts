/** What Terraform and our provider tell, put together as a person follows it: networks, nodes, checks. */
import type { LabProgress } from "../../model/lab-progress.ts";
import type { PlannedCheck } from "../../model/plan-document.ts";
import type { Action, TerraformEvent } from "./terraform-event.ts";
import { CheckWork } from "./check-work.ts";
import { WorkGroup } from "./work-group.ts";

/** What a resource is a part of; the others are no work that is worth a line. */
const groupOf: Readonly<Record<string, "networks" | "nodes" | "checks">> = {
  docker_network: "networks",
  docker_container: "nodes",
  tunnelwright_router_config: "nodes",
  tunnelwright_ios_config: "nodes",
  tunnelwright_verification: "checks",
};

const isPush = (type: string): boolean => type.endsWith("_config");

interface Change {
  readonly type: string;
  readonly name: string;
  readonly action: Action;
}

/** How many resources a run will touch. */
export interface ChangeCount {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Hears a run of Terraform from its plan on. */
export class LabWork {
  /** Resolves with the plan's counts when Terraform knows what it will do, with null when it ended before. */
  readonly planned: Promise<ChangeCount | null>;
  readonly #checks: readonly PlannedCheck[];
  readonly #nowMs: () => number;
  readonly #changes: Change[] = [];
  /** Resources of a node that are still to be changed. */
  readonly #pending = new Map<string, number>();
  #networks: WorkGroup | undefined;
  #nodes: WorkGroup | undefined;
  #checking: CheckWork | undefined;
  #tellPlanned: (counts: ChangeCount | null) => void = () => undefined;

  /** `checks` are those that a verification runs. */
  constructor(checks: readonly PlannedCheck[], nowMs: () => number) {
    this.#checks = checks;
    this.#nowMs = nowMs;
    this.planned = new Promise((resolve) => (this.#tellPlanned = resolve));
  }

  /** Those that something is done in; complete once it is planned. */
  get groups(): readonly WorkGroup[] {
    return [this.#networks, this.#nodes, this.#checking?.group].filter((group) => group !== undefined);
  }

  onTerraform(event: TerraformEvent): void {
    if (event.type === "planned_change") {
      const { resource, action } = event.change;
      if (action === "create" || action === "update" || action === "delete" || action === "replace")
        this.#changes.push({ type: resource.resource_type, name: resource.resource_name, action });
    } else if (event.type === "change_summary" && event.changes.operation === "plan") this.#plan(event.changes);
    else if (event.type === "apply_start" || event.type === "apply_complete" || event.type === "apply_errored") {
      const { resource, action } = event.hook;
      const change = { type: resource.resource_type, name: resource.resource_name, action };
      if (event.type === "apply_start") this.#began(change);
      else if (event.type === "apply_complete") this.#ended(change);
      else this.#failed(change);
    }
  }

  onProgress(progress: LabProgress): void {
    if (progress.kind === "node-answers") this.#nodes?.atWork(progress.node, "takes its configuration");
    else if (progress.kind === "node-confirms")
      this.#nodes?.atWork(progress.node, "is asked again, by a new connection");
    else this.#checking?.onProgress(progress);
  }

  /** Terraform ended. */
  close(): void {
    this.#tellPlanned(null);
    for (const group of this.groups) group.close();
  }

  #plan(counts: ChangeCount): void {
    const inGroup = (wanted: string): Change[] => this.#changes.filter(({ type }) => groupOf[type] === wanted);
    const networks = inGroup("networks");
    const nodes = inGroup("nodes");
    for (const { name, action } of nodes)
      this.#pending.set(name, (this.#pending.get(name) ?? 0) + (action === "replace" ? 2 : 1));
    if (networks.length > 0) this.#networks = new WorkGroup("networks", networks.length, this.#nowMs);
    if (nodes.length > 0) this.#nodes = new WorkGroup("nodes", this.#pending.size, this.#nowMs);
    if (inGroup("checks").some(({ action }) => action !== "delete") && this.#checks.length > 0)
      this.#checking = new CheckWork(this.#checks, this.#nowMs);
    this.#tellPlanned(counts);
  }

  #began({ type, name, action }: Change): void {
    const removes = action === "delete";
    if (type === "docker_network") this.#networks?.atWork(name, removes ? "is removed" : "is made");
    else if (type === "docker_container") this.#nodes?.atWork(name, removes ? "is stopped" : "is started");
    // What becomes of a configuration whose node goes is nobody's concern.
    else if (isPush(type) && !removes)
      this.#nodes?.atWork(name, action === "create" ? "boots" : "takes its configuration");
  }

  #ended({ type, name, action }: Change): void {
    const removes = action === "delete";
    if (type === "docker_network") this.#networks?.done(name, removes ? "removed" : "made");
    if (groupOf[type] !== "nodes") return;
    const left = (this.#pending.get(name) ?? 1) - 1;
    this.#pending.set(name, left);
    if (left > 0) return;
    this.#nodes?.done(name, removes ? "gone" : isPush(type) ? "configured" : "started");
  }

  #failed({ type, name }: Change): void {
    if (type === "docker_network") this.#networks?.failed(name, "failed");
    else if (groupOf[type] === "nodes") this.#nodes?.failed(name, "failed");
  }
}
