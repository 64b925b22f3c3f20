/** The calls about data sources, ephemeral resources and functions. */
import type * as grpc from "@grpc/grpc-js";
import type { Attributes, Config } from "../schema/attributes.ts";
import { assertFinished, validateConfig } from "./attribute-rules.ts";
import { find, must, readPrivate, readValues, unary, writePrivate } from "./calls.ts";
import {
  FunctionArgumentError,
  type FunctionDefinition,
  type FunctionParameter,
  type ProviderDefinition,
} from "./definitions.ts";
import * as wire from "./gen/tfplugin6.ts";
import { log } from "./log.ts";
import type { ProviderRuntime } from "./runtime.ts";
import { decodeValue, encodeValue } from "./values.ts";
import { typeOf } from "./wire-schema.ts";

type AnyConfig = Config<Attributes>;

/** Handlers of everything that is read or reckoned and not made. */
export function sourceCalls<P, A extends Attributes>(
  definition: ProviderDefinition<P, A>,
  runtime: ProviderRuntime<P, A>,
) {
  return {
    validateDataResourceConfig: unary(
      wire.ValidateDataResourceConfig_Response,
      (call: wire.ValidateDataResourceConfig_Request, diagnostics) => {
        const { attributes, validate } = find(definition.dataSources, call.type_name);
        const config = must(readValues(attributes, call.config));
        validateConfig(attributes, config, diagnostics, { writeOnlyAllowed: false });
        validate?.(config, diagnostics);
        return {};
      },
    ),
    readDataSource: unary(wire.ReadDataSource_Response, async (call: wire.ReadDataSource_Request, diagnostics) => {
      const { attributes, read } = find(definition.dataSources, call.type_name);
      const state = await read(runtime.context(diagnostics), must(readValues(attributes, call.config)));
      assertFinished(attributes, state);
      return { state: encodeValue(typeOf(attributes), state) };
    }),
    validateEphemeralResourceConfig: unary(
      wire.ValidateEphemeralResourceConfig_Response,
      (call: wire.ValidateEphemeralResourceConfig_Request, diagnostics) => {
        const { attributes, validate } = find(definition.ephemeral, call.type_name);
        const config = must(readValues(attributes, call.config));
        validateConfig(attributes, config, diagnostics, { writeOnlyAllowed: false });
        validate?.(config, diagnostics);
        return {};
      },
    ),
    openEphemeralResource: unary(
      wire.OpenEphemeralResource_Response,
      async (call: wire.OpenEphemeralResource_Request, diagnostics) => {
        const { attributes, open } = find(definition.ephemeral, call.type_name);
        const kept: Record<string, unknown> = {};
        const config = must(readValues(attributes, call.config)) as AnyConfig;
        const value = await open(runtime.context(diagnostics, kept), config);
        assertFinished(attributes, value);
        return { result: encodeValue(typeOf(attributes), value), private: writePrivate(kept) };
      },
    ),
    // Never asked for: no answer of ours names a time to renew at.
    renewEphemeralResource: unary(wire.RenewEphemeralResource_Response, () => ({})),
    closeEphemeralResource: unary(
      wire.CloseEphemeralResource_Response,
      async (call: wire.CloseEphemeralResource_Request, diagnostics) => {
        const kept = readPrivate(call.private);
        await find(definition.ephemeral, call.type_name).close?.(runtime.context(diagnostics, kept));
        return {};
      },
    ),
    getFunctions: unary(wire.GetFunctions_Response, () => ({ functions: wireFunctions(definition.functions) })),
    callFunction: (
      call: { readonly request: wire.CallFunction_Request },
      answer: grpc.sendUnaryData<wire.CallFunction_Response>,
    ) => answer(null, wire.CallFunction_Response.fromPartial(callFunction(definition.functions, call.request))),
  };
}

/** The functions' signatures in the protocol's form. */
export function wireFunctions(functions: Readonly<Record<string, FunctionDefinition>> = {}): object {
  const parameter = ({ name, type, description }: FunctionParameter) => ({
    name,
    type: Buffer.from(JSON.stringify(type)),
    description,
  });
  return Object.fromEntries(
    Object.entries(functions).map(([name, { summary, parameters, returns }]) => [
      name,
      { summary, parameters: parameters.map(parameter), return: { type: Buffer.from(JSON.stringify(returns)) } },
    ]),
  );
}

/** A function has no diagnostics, only one error, which may name an argument. */
function callFunction(
  functions: Readonly<Record<string, FunctionDefinition>> | undefined,
  call: wire.CallFunction_Request,
): object {
  try {
    const { parameters, returns, call: reckon } = find(functions, call.name);
    const given = parameters.map(({ type }, index) => decodeValue(type, call.arguments[index]));
    return { result: encodeValue(returns, reckon(...(given as never[]))) };
  } catch (error) {
    if (error instanceof FunctionArgumentError)
      return { error: { text: error.message, function_argument: error.argument } };
    log.error("a function threw", { function: call.name, error });
    return { error: { text: error instanceof Error ? error.message : String(error) } };
  }
}
