/** tfplugin6.Provider on top of plain definitions. No exception leaves as a gRPC error: all become diagnostics. */
import type * as grpc from "@grpc/grpc-js";
import type { Attributes, Config } from "../schema/attributes.ts";
import { assertAttributes, validateConfig } from "./attribute-rules.ts";
import { must, readValues, unary } from "./calls.ts";
import type { ProviderDefinition } from "./definitions.ts";
import * as wire from "./gen/tfplugin6.ts";
import { resourceCalls } from "./resource-calls.ts";
import { ProviderRuntime } from "./runtime.ts";
import { sourceCalls, wireFunctions } from "./source-calls.ts";
import type { Draft } from "./unknown.ts";
import { wireSchema } from "./wire-schema.ts";

const capabilities = { plan_destroy: true, get_provider_schema_optional: true, move_resource_state: false };

/** A provider ready to be served. */
export interface ProviderServer {
  /** The handlers of every call Terraform makes. */
  readonly implementation: grpc.UntypedServiceImplementation;
  /** Aborts what runs, as StopProvider does. */
  readonly stop: () => void;
  /** Ends what `configure` made. */
  readonly close: () => Promise<void>;
}

/**
 * The handlers of every call Terraform makes, for serving and for tests.
 * @throws TypeError naming an attribute that contradicts itself.
 */
export function makeServer<P, A extends Attributes>(definition: ProviderDefinition<P, A>): ProviderServer {
  const { resources, dataSources = {}, ephemeral = {}, functions = {} } = definition;
  const attributes: Attributes = definition.attributes ?? {};
  assertAttributes(attributes, "provider");
  for (const [name, { attributes: own }] of Object.entries({ ...resources, ...dataSources, ...ephemeral }))
    assertAttributes(own, name);
  const runtime = new ProviderRuntime(definition);

  const implementation = {
    getMetadata: unary(wire.GetMetadata_Response, () => ({
      server_capabilities: capabilities,
      resources: Object.keys(resources).map((type_name) => ({ type_name })),
      data_sources: Object.keys(dataSources).map((type_name) => ({ type_name })),
      ephemeral_resources: Object.keys(ephemeral).map((type_name) => ({ type_name })),
      functions: Object.keys(functions).map((name) => ({ name })),
    })),
    getProviderSchema: unary(wire.GetProviderSchema_Response, () => ({
      server_capabilities: capabilities,
      provider: wireSchema(attributes),
      resource_schemas: schemas(resources),
      data_source_schemas: schemas(dataSources),
      ephemeral_resource_schemas: schemas(ephemeral),
      functions: wireFunctions(functions),
    })),
    validateProviderConfig: unary(
      wire.ValidateProviderConfig_Response,
      (call: wire.ValidateProviderConfig_Request, diagnostics) => {
        const config = must(readValues(attributes, call.config));
        validateConfig(attributes, config, diagnostics, { writeOnlyAllowed: false });
        definition.validate?.(config as Draft<Config<A>>, diagnostics);
        return {};
      },
    ),
    configureProvider: unary(
      wire.ConfigureProvider_Response,
      async (call: wire.ConfigureProvider_Request, diagnostics) => {
        await runtime.configure(must(readValues(attributes, call.config)), diagnostics);
        return {};
      },
    ),
    ...resourceCalls(definition, runtime),
    ...sourceCalls(definition, runtime),
    stopProvider: (_call: unknown, answer: grpc.sendUnaryData<wire.StopProvider_Response>) => {
      runtime.stop();
      answer(null, { Error: "" });
    },
  };
  return {
    implementation: implementation,
    stop: () => runtime.stop(),
    close: () => runtime.close(),
  };
}

function schemas(
  map: Readonly<
    Record<string, { readonly attributes: Attributes; readonly version?: number; readonly description?: string }>
  >,
): object {
  return Object.fromEntries(
    Object.entries(map).map(([name, { attributes, version, description }]) => [
      name,
      wireSchema(attributes, version, description),
    ]),
  );
}
