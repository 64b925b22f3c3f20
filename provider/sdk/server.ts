/** tfplugin6.Provider on top of plain definitions. No exception leaves as a gRPC error: all become diagnostics. */
import type * as grpc from "@grpc/grpc-js";
import type { Attributes } from "../schema/attributes.ts";
import type { Context, EphemeralDefinition, ProviderDefinition, ResourceDefinition } from "./definitions.ts";
import { attributePath, Diagnostics, ProviderError } from "./diagnostics.ts";
import * as wire from "./gen/tfplugin6.ts";
import { servePlugin } from "./go-plugin.ts";
import { log } from "./log.ts";
import { replacements, settlePlan, withoutWriteOnly } from "./plan-rules.ts";
import { decodeValue, encodeValue, fromJson, hasUnknown, isUnknown, type DynamicValue } from "./values.ts";
import { typeOf, wireSchema } from "./wire-schema.ts";

type Values = Record<string, unknown>;

const capabilities = { plan_destroy: true, get_provider_schema_optional: true, move_resource_state: false };

/** Serves the provider to Terraform until it is done. */
export function serveProvider<P>(definition: ProviderDefinition<P>): Promise<void> {
  const { implementation, close } = makeServer(definition);
  return servePlugin({ service: wire.ProviderService as unknown as grpc.ServiceDefinition, implementation, close });
}

/** The handlers of every call Terraform makes, for serving and for tests. */
export function makeServer<P>(definition: ProviderDefinition<P>): {
  implementation: grpc.UntypedServiceImplementation;
  close: () => Promise<void>;
} {
  const stop = new AbortController();
  let configured: P | undefined;
  const provider = (): P => (configured ??= definition.configure());
  const context = (diagnostics: Diagnostics): Context<P> => ({
    provider: provider(),
    signal: stop.signal,
    diagnostics,
  });

  const implementation = {
    getMetadata: unary(wire.GetMetadata_Response, () => ({
      server_capabilities: capabilities,
      resources: Object.keys(definition.resources).map((type_name) => ({ type_name })),
      ephemeral_resources: Object.keys(definition.ephemeral).map((type_name) => ({ type_name })),
    })),
    getProviderSchema: unary(wire.GetProviderSchema_Response, () => ({
      provider: wireSchema({}),
      server_capabilities: capabilities,
      resource_schemas: schemas(definition.resources),
      ephemeral_resource_schemas: schemas(definition.ephemeral),
    })),
    validateProviderConfig: unary(wire.ValidateProviderConfig_Response, () => ({})),
    configureProvider: unary(wire.ConfigureProvider_Response, () => ({})),
    validateResourceConfig: unary(
      wire.ValidateResourceConfig_Response,
      (call: wire.ValidateResourceConfig_Request, diagnostics) => {
        const { attributes } = find(definition.resources, call.type_name);
        const writeOnlyAllowed = call.client_capabilities?.write_only_attributes_allowed ?? false;
        validate(attributes, values(attributes, call.config), diagnostics, writeOnlyAllowed);
        return {};
      },
    ),
    validateDataResourceConfig: unary(wire.ValidateDataResourceConfig_Response, () => ({})),
    validateEphemeralResourceConfig: unary(
      wire.ValidateEphemeralResourceConfig_Response,
      (call: wire.ValidateEphemeralResourceConfig_Request, diagnostics) => {
        const { attributes } = find(definition.ephemeral, call.type_name);
        validate(attributes, values(attributes, call.config), diagnostics, false);
        return {};
      },
    ),
    upgradeResourceState: unary(wire.UpgradeResourceState_Response, (call: wire.UpgradeResourceState_Request) => {
      const resource = find(definition.resources, call.type_name);
      return { upgraded_state: encodeValue(typeOf(resource.attributes), upgraded(resource, call)) };
    }),
    readResource: unary(wire.ReadResource_Response, async (call: wire.ReadResource_Request, diagnostics) => {
      const { attributes, read } = find(definition.resources, call.type_name);
      const state = await read(context(diagnostics), must(values(attributes, call.current_state)) as never);
      return { new_state: encodeValue(typeOf(attributes), withoutWriteOnly(attributes, state)), private: call.private };
    }),
    planResourceChange: unary(
      wire.PlanResourceChange_Response,
      async (call: wire.PlanResourceChange_Request, diagnostics) => {
        const { attributes, plan } = find(definition.resources, call.type_name);
        const proposed = values(attributes, call.proposed_new_state);
        if (proposed === null) return { planned_state: call.proposed_new_state, planned_private: call.prior_private };
        const prior = values(attributes, call.prior_state);
        const planned = settlePlan(attributes, must(values(attributes, call.config)), prior, proposed);
        await plan?.(context(diagnostics), { prior: prior as never, planned });
        return {
          planned_state: encodeValue(typeOf(attributes), planned),
          requires_replace: prior === null ? [] : replacements(attributes, prior, planned).map(attributePath),
          planned_private: call.prior_private,
        };
      },
    ),
    applyResourceChange: unary(
      wire.ApplyResourceChange_Response,
      async (call: wire.ApplyResourceChange_Request, diagnostics) => {
        const resource = find(definition.resources, call.type_name);
        const next = await apply(resource, call, () => context(diagnostics), diagnostics);
        return {
          new_state: encodeValue(typeOf(resource.attributes), withoutWriteOnly(resource.attributes, next)),
          private: call.planned_private,
        };
      },
    ),
    importResourceState: unary(wire.ImportResourceState_Response, () => {
      throw new ProviderError(
        "This resource cannot be imported yet",
        "Declare it, and deploy: what is on the router already is compared and brought to the declared state.",
      );
    }),
    moveResourceState: unary(wire.MoveResourceState_Response, () => {
      throw new ProviderError("A resource cannot be moved to another type");
    }),
    openEphemeralResource: unary(
      wire.OpenEphemeralResource_Response,
      async (call: wire.OpenEphemeralResource_Request, diagnostics) => {
        const { attributes, open } = find(definition.ephemeral, call.type_name);
        const config = must(values(attributes, call.config));
        return { result: encodeValue(typeOf(attributes), await open(context(diagnostics), config as never)) };
      },
    ),
    renewEphemeralResource: unary(wire.RenewEphemeralResource_Response, () => ({})),
    closeEphemeralResource: unary(wire.CloseEphemeralResource_Response, () => ({})),
    getFunctions: unary(wire.GetFunctions_Response, () => ({})),
    stopProvider: (_call: unknown, answer: grpc.sendUnaryData<unknown>) => {
      stop.abort(new ProviderError("Interrupted", "Terraform asked the provider to stop."));
      answer(null, { Error: "" });
    },
  };
  const close = async () => {
    stop.abort(new ProviderError("Interrupted", "Terraform is done."));
    if (configured !== undefined) await definition.close?.(configured);
  };
  return { implementation: implementation as unknown as grpc.UntypedServiceImplementation, close };
}

/** Wraps a call: what is thrown becomes a diagnostic beside whatever was answered. */
function unary<Q, R>(
  response: { fromPartial(partial: object): R },
  handle: (call: Q, diagnostics: Diagnostics) => object | Promise<object>,
): (call: { request: Q }, answer: grpc.sendUnaryData<R>) => void {
  return (call, answer) => {
    const diagnostics = new Diagnostics();
    const work = async () => handle(call.request, diagnostics);
    void work()
      .catch((error: unknown) => {
        report(diagnostics, error);
        return {};
      })
      .then((partial) => answer(null, response.fromPartial({ ...partial, diagnostics: diagnostics.list })));
  };
}

function report(diagnostics: Diagnostics, error: unknown): void {
  if (error instanceof ProviderError) {
    diagnostics.error(error.message, error.detail, error.attribute);
    return;
  }
  log.error("a call threw", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  diagnostics.error(
    "The tunnelwright provider failed unexpectedly",
    error instanceof Error ? error.message : String(error),
  );
}

async function apply<P>(
  resource: ResourceDefinition<P, Attributes>,
  call: wire.ApplyResourceChange_Request,
  context: () => Context<P>,
  diagnostics: Diagnostics,
): Promise<Values | null> {
  const { attributes } = resource;
  const prior = values(attributes, call.prior_state);
  const planned = values(attributes, call.planned_state);
  const config = values(attributes, call.config);
  try {
    const given = context();
    given.signal.throwIfAborted();
    if (planned === null) {
      await resource.delete(given, must(prior) as never);
      return null;
    }
    const change = { planned: planned as never, config: must(config) as never };
    const next =
      prior === null
        ? await resource.create(given, change)
        : await resource.update(given, { ...change, prior: prior as never });
    if (hasUnknown(next))
      throw new ProviderError("The provider left a value unknown after apply", "This is a fault of the provider.");
    return next;
  } catch (error) {
    report(diagnostics, error);
    // What was there before is still there, unless the error knows better.
    return error instanceof ProviderError && error.state !== undefined ? { ...error.state } : prior;
  }
}

function upgraded(
  resource: ResourceDefinition<never, Attributes> | ResourceDefinition<unknown, Attributes>,
  call: wire.UpgradeResourceState_Request,
): unknown {
  const raw = JSON.parse(call.raw_state?.json.toString() ?? "{}") as Values;
  const present = resource.version ?? 0;
  if (call.version === present) return fromJson(typeOf(resource.attributes), raw);
  if (!resource.upgrade)
    throw new ProviderError(
      `State of version ${call.version} cannot be read`,
      `This provider knows version ${present}.`,
    );
  return fromJson(typeOf(resource.attributes), resource.upgrade(call.version, raw));
}

function validate(
  attributes: Attributes,
  config: Values | null,
  diagnostics: Diagnostics,
  writeOnlyAllowed: boolean,
): void {
  for (const [name, { options }] of Object.entries(attributes)) {
    const value = config?.[name] ?? null;
    if (value === null || isUnknown(value)) continue;
    if (options.writeOnly && !writeOnlyAllowed)
      diagnostics.error(
        "Write-only attributes need Terraform 1.11",
        `${name} would be kept in the state by an older one.`,
        name,
      );
    const problem = options.check && !hasUnknown(value) ? options.check(value as never) : undefined;
    if (problem !== undefined) diagnostics.error(`${name} has a value that cannot be`, `${problem}.`, name);
  }
}

function schemas(
  map: Readonly<
    Record<
      string,
      | ResourceDefinition<never, Attributes>
      | EphemeralDefinition<never, Attributes>
      | { attributes: Attributes; version?: number }
    >
  >,
): object {
  return Object.fromEntries(
    Object.entries(map).map(([name, { attributes, ...rest }]) => [
      name,
      wireSchema(attributes, "version" in rest ? rest.version : 0),
    ]),
  );
}

function values(attributes: Attributes, value: DynamicValue | undefined): Values | null {
  return decodeValue(typeOf(attributes), value) as Values | null;
}

function find<T>(map: Readonly<Record<string, T>>, name: string): T {
  const found = map[name];
  if (found === undefined)
    throw new ProviderError(`The provider has no ${name}`, `It has ${Object.keys(map).join(", ")}.`);
  return found;
}

function must<T>(value: T | null): T {
  if (value === null)
    throw new ProviderError("Terraform sent no value where one is needed", "This is a fault of the provider.");
  return value;
}
