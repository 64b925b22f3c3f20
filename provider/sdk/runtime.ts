import type { Attributes, Config } from "../schema/attributes.ts";
import { hasUnknown } from "./compare.ts";
import type { Context, ProviderDefinition } from "./definitions.ts";
import { ProviderError, type Diagnostics } from "./diagnostics.ts";
import { log } from "./log.ts";
import type { Values } from "./plan-rules.ts";

/** The life of a provider in this process: configured, asked to stop, closed. */
export class ProviderRuntime<P, A extends Attributes> {
  readonly #definition: ProviderDefinition<P, A>;
  readonly #configured: P[] = [];
  /** Says why there is nothing configured; undefined when there is. */
  #missing: ProviderError | undefined = new ProviderError(
    "The provider is not configured",
    "Terraform asked for a resource before it configured the provider.",
  );
  #stop = new AbortController();

  constructor(definition: ProviderDefinition<P, A>) {
    this.#definition = definition;
  }

  /** Aborted when Terraform asks the provider to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What `configure` made. */
  get provider(): P {
    if (this.#missing) throw this.#missing;
    return this.#configured.at(-1) as P;
  }

  /** Makes what the resources work with, unless the configuration is not known yet: then whoever asks for it is told so. */
  async configure(config: Values, diagnostics: Diagnostics): Promise<void> {
    // A provider under --debug outlives the run that was interrupted.
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const unknown = Object.keys(config).filter((name) => hasUnknown(config[name]));
    if (unknown.length > 0) {
      this.#missing = new ProviderError(
        "The provider's configuration is not known yet",
        `${unknown.join(", ")}: known after apply, and needed now. Give the provider values that do not come from a resource, or apply that resource first with -target.`,
      );
      return;
    }
    this.#configured.push(await this.#definition.configure(config as Config<A>, diagnostics));
    this.#missing = undefined;
  }

  /** What one call is given. */
  context(diagnostics: Diagnostics, kept: Record<string, unknown> = {}): Context<P> {
    const provider = () => this.provider;
    return {
      get provider() {
        return provider();
      },
      signal: this.signal,
      diagnostics,
      private: kept,
      log,
    };
  }

  /** Aborts what runs, and refuses what would begin. */
  stop(): void {
    log.debug("asked to stop");
    this.#stop.abort(new ProviderError("Interrupted", "Terraform asked the provider to stop."));
  }

  /** Aborts what runs, and ends what `configure` made. */
  async close(): Promise<void> {
    this.#stop.abort(new ProviderError("Interrupted", "Terraform is done with the provider."));
    await Promise.all(this.#configured.splice(0).map(async (one) => this.#definition.close?.(one)));
  }
}
