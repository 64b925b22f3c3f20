/** What the author of a resource writes; everything else is the server's. */
import type { Attributes, Config, State } from "../schema/attributes.ts";
import type { Diagnostics } from "./diagnostics.ts";

/** What every call is given. */
export interface Context<P> {
  /** What `configure` made. */
  readonly provider: P;
  /** Aborted when Terraform asks the provider to stop. */
  readonly signal: AbortSignal;
  readonly diagnostics: Diagnostics;
}

/** A managed resource. In a plan, values may be unknown: ask `isUnknown`. */
export interface ResourceDefinition<P, A extends Attributes> {
  readonly attributes: A;
  readonly version?: number;
  /** Old state (JSON) to the present form. */
  readonly upgrade?: (fromVersion: number, raw: Record<string, unknown>) => Record<string, unknown>;
  /** Last word on the plan; `planned` may be changed in place. */
  readonly plan?: (
    context: Context<P>,
    change: { readonly prior: State<A> | null; readonly planned: Record<keyof A, unknown> },
  ) => void | Promise<void>;
  create(context: Context<P>, change: { readonly planned: State<A>; readonly config: Config<A> }): Promise<State<A>>;
  /** The present state; null when the object is gone. */
  read(context: Context<P>, state: State<A>): Promise<State<A> | null>;
  update(
    context: Context<P>,
    change: { readonly prior: State<A>; readonly planned: State<A>; readonly config: Config<A> },
  ): Promise<State<A>>;
  delete(context: Context<P>, state: State<A>): Promise<void>;
}

/** A value that lives for one run of Terraform and is kept nowhere. */
export interface EphemeralDefinition<P, A extends Attributes> {
  readonly attributes: A;
  open(context: Context<P>, config: Config<A>): Promise<State<A>>;
}

/** A whole provider. */
export interface ProviderDefinition<P> {
  readonly address: string;
  readonly configure: () => P;
  /** Ends what `configure` made; called when Terraform is done. */
  readonly close?: (provider: P) => Promise<void>;
  // A map of resources of different attributes: each one's own types are checked where it is defined.
  readonly resources: Readonly<Record<string, ResourceDefinition<P, Attributes>>>;
  readonly ephemeral: Readonly<Record<string, EphemeralDefinition<P, Attributes>>>;
}

/** Checks a resource against its own attributes, then forgets them, so that resources fit in one map. */
export function defineResource<P, const A extends Attributes>(
  definition: ResourceDefinition<P, A>,
): ResourceDefinition<P, Attributes> {
  return definition as unknown as ResourceDefinition<P, Attributes>;
}

/** Checks an ephemeral resource against its own attributes, then forgets them. */
export function defineEphemeral<P, const A extends Attributes>(
  definition: EphemeralDefinition<P, A>,
): EphemeralDefinition<P, Attributes> {
  return definition as unknown as EphemeralDefinition<P, Attributes>;
}
