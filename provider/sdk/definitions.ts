/** What the author of a provider writes; everything else is the server's. */
import type { Attributes, Config, CtyType, State, ValueOf } from "../schema/attributes.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Log } from "./log.ts";
import type { Draft } from "./unknown.ts";

/** What every call is given. */
export interface Context<P> {
  /** What `configure` made. Reading it throws a ProviderError while the provider's configuration holds unknown values. */
  readonly provider: P;
  /** Aborted when Terraform asks the provider to stop. */
  readonly signal: AbortSignal;
  /** Errors and warnings beside what is returned; what is thrown is added to them. */
  readonly diagnostics: Diagnostics;
  /** JSON kept beside the state and never shown; what is changed here in `plan`, `create`, `read` or `update` comes back in the next call. */
  readonly private: Record<string, unknown>;
  readonly log: Log;
}

/** A managed resource. In a plan and in a validation, values may be unknown: ask `isUnknown`. */
export interface ResourceDefinition<P, A extends Attributes> {
  /** What it is, in a sentence or two, as Markdown: editors and `terraform providers schema` show it. @default - nothing is told */
  readonly description?: string;
  readonly attributes: A;
  /** Of the attributes; raise it when an older state must be changed to fit, and write `upgrade`. */
  readonly version?: number;
  /** Old state (JSON) to the present form. Attributes that no longer are may stay in it. */
  readonly upgrade?: (fromVersion: number, raw: Record<string, unknown>) => Record<string, unknown>;
  /** What the attributes' own checks cannot see: values that do not go together. */
  readonly validate?: (config: Draft<Config<A>>, diagnostics: Diagnostics) => void;
  /** Last word on the plan; `planned` may be changed in place. Not called for a deletion. */
  readonly plan?: (
    context: Context<P>,
    change: {
      readonly prior: State<A> | null;
      readonly planned: Draft<State<A>>;
      readonly config: Draft<Config<A>>;
    },
  ) => void | Promise<void>;
  readonly create: (
    context: Context<P>,
    change: { readonly planned: State<A>; readonly config: Config<A> },
  ) => Promise<State<A>>;
  /** The present state; null when the object is gone. After an import, what `import` left out is null. */
  readonly read: (context: Context<P>, state: State<A>) => Promise<State<A> | null>;
  readonly update: (
    context: Context<P>,
    change: { readonly prior: State<A>; readonly planned: State<A>; readonly config: Config<A> },
  ) => Promise<State<A>>;
  readonly delete: (context: Context<P>, state: State<A>) => Promise<void>;
  /** As much of the state as the id tells; `read` is called next. */
  readonly import?: (context: Context<P>, id: string) => Promise<Partial<State<A>>>;
}

/** Something that is read and not made. */
export interface DataSourceDefinition<P, A extends Attributes> {
  /** What it is, in a sentence or two, as Markdown: editors and `terraform providers schema` show it. @default - nothing is told */
  readonly description?: string;
  readonly attributes: A;
  readonly validate?: (config: Draft<Config<A>>, diagnostics: Diagnostics) => void;
  readonly read: (context: Context<P>, config: Config<A>) => Promise<State<A>>;
}

/** A value that lives for one run of Terraform and is kept nowhere. */
export interface EphemeralDefinition<P, A extends Attributes> {
  /** What it is, in a sentence or two, as Markdown: editors and `terraform providers schema` show it. @default - nothing is told */
  readonly description?: string;
  readonly attributes: A;
  readonly validate?: (config: Draft<Config<A>>, diagnostics: Diagnostics) => void;
  readonly open: (context: Context<P>, config: Config<A>) => Promise<State<A>>;
  /** Called when Terraform no longer needs the value; `context.private` is what `open` left there. */
  readonly close?: (context: Context<P>) => Promise<void>;
}

/** A parameter of a provider function. */
export interface FunctionParameter {
  readonly name: string;
  readonly type: CtyType;
  readonly description: string;
}

/** A function of the provider: `provider::NAME::FUNCTION(…)`. Pure: no provider configuration, known arguments alone. */
export interface FunctionDefinition<
  P extends readonly FunctionParameter[] = readonly FunctionParameter[],
  R extends CtyType = CtyType,
> {
  readonly summary: string;
  readonly parameters: P;
  readonly returns: R;
  /** Throw a FunctionArgumentError to blame an argument. */
  readonly call: (...given: { readonly [I in keyof P]: ValueOf<P[I]["type"]> }) => ValueOf<R>;
}

/** A whole provider. */
export interface ProviderDefinition<P, A extends Attributes = Attributes> {
  /** `HOST/NAMESPACE/NAME`. */
  readonly address: string;
  /** Of the provider's own block. @default - the provider takes no configuration. */
  readonly attributes?: A;
  readonly validate?: (config: Draft<Config<A>>, diagnostics: Diagnostics) => void;
  /** Makes what `context.provider` is. Not called while the configuration holds unknown values. */
  readonly configure: (config: Config<A>, diagnostics: Diagnostics) => P | Promise<P>;
  /** Ends what `configure` made; called when Terraform is done, with about a second to spare. */
  readonly close?: (provider: P) => void | Promise<void>;
  // Maps of things of different attributes: each one's own types are checked where it is defined.
  readonly resources: Readonly<Record<string, ResourceDefinition<P, Attributes>>>;
  readonly dataSources?: Readonly<Record<string, DataSourceDefinition<P, Attributes>>>;
  readonly ephemeral?: Readonly<Record<string, EphemeralDefinition<P, Attributes>>>;
  readonly functions?: Readonly<Record<string, FunctionDefinition>>;
}

/** Checks a resource against its own attributes, then forgets them, so that resources fit in one map. */
export function defineResource<P, const A extends Attributes>(
  definition: ResourceDefinition<P, A>,
): ResourceDefinition<P, Attributes> {
  return definition as unknown as ResourceDefinition<P, Attributes>;
}

/** Checks a data source against its own attributes, then forgets them. */
export function defineDataSource<P, const A extends Attributes>(
  definition: DataSourceDefinition<P, A>,
): DataSourceDefinition<P, Attributes> {
  return definition as unknown as DataSourceDefinition<P, Attributes>;
}

/** Checks an ephemeral resource against its own attributes, then forgets them. */
export function defineEphemeral<P, const A extends Attributes>(
  definition: EphemeralDefinition<P, A>,
): EphemeralDefinition<P, Attributes> {
  return definition as unknown as EphemeralDefinition<P, Attributes>;
}

/** Checks a function against its own parameters, then forgets them. */
export function defineFunction<const P extends readonly FunctionParameter[], const R extends CtyType>(
  definition: FunctionDefinition<P, R>,
): FunctionDefinition {
  return definition as unknown as FunctionDefinition;
}

/** An argument of a function that cannot be; Terraform names the parameter. */
export class FunctionArgumentError extends Error {
  override readonly name = "FunctionArgumentError";
  /** Place of the argument, from 0. */
  readonly argument: number;

  constructor(argument: number, message: string) {
    super(message);
    this.argument = argument;
  }
}
