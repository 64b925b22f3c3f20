/** The calls about managed resources. */
import type { Attributes, State } from "../schema/attributes.ts";
import { assertFinished, validateConfig } from "./attribute-rules.ts";
import { find, must, readPrivate, readValues, report, unary, writePrivate } from "./calls.ts";
import { withoutUnknown } from "./compare.ts";
import type { Context, ProviderDefinition, ResourceDefinition } from "./definitions.ts";
import { ProviderError, wirePath } from "./diagnostics.ts";
import * as wire from "./gen/tfplugin6.ts";
import { replacements, settlePlan, withoutWriteOnly, type Values } from "./plan-rules.ts";
import type { ProviderRuntime } from "./runtime.ts";
import { encodeValue, fromJson, type DynamicValue } from "./values.ts";
import { typeOf } from "./wire-schema.ts";

type AnyState = State<Attributes>;

/** Handlers of validate, upgrade, read, plan, apply, import and move. */
export function resourceCalls<P, A extends Attributes>(
  definition: ProviderDefinition<P, A>,
  runtime: ProviderRuntime<P, A>,
) {
  const named = (name: string) => find(definition.resources, name);
  return {
    validateResourceConfig: unary(
      wire.ValidateResourceConfig_Response,
      (call: wire.ValidateResourceConfig_Request, diagnostics) => {
        const { attributes, validate } = named(call.type_name);
        const config = must(readValues(attributes, call.config));
        const writeOnlyAllowed = call.client_capabilities?.write_only_attributes_allowed ?? false;
        validateConfig(attributes, config, diagnostics, { writeOnlyAllowed });
        validate?.(config, diagnostics);
        return {};
      },
    ),
    upgradeResourceState: unary(wire.UpgradeResourceState_Response, (call: wire.UpgradeResourceState_Request) => {
      const resource = named(call.type_name);
      return { upgraded_state: encodeValue(typeOf(resource.attributes), upgraded(resource, call)) };
    }),
    readResource: unary(wire.ReadResource_Response, async (call: wire.ReadResource_Request, diagnostics) => {
      const { attributes, read } = named(call.type_name);
      const kept = readPrivate(call.private);
      const state = must(readValues(attributes, call.current_state)) as AnyState;
      const next = await read(runtime.context(diagnostics, kept), state);
      if (next !== null) assertFinished(attributes, next);
      return { new_state: encodeState(attributes, next), private: writePrivate(kept) };
    }),
    planResourceChange: unary(
      wire.PlanResourceChange_Response,
      async (call: wire.PlanResourceChange_Request, diagnostics) => {
        const { attributes, plan } = named(call.type_name);
        const proposed = readValues(attributes, call.proposed_new_state);
        if (proposed === null) return { planned_state: call.proposed_new_state, planned_private: call.prior_private };
        const kept = readPrivate(call.prior_private);
        const prior = readValues(attributes, call.prior_state);
        const config = must(readValues(attributes, call.config));
        const planned = settlePlan(attributes, config, prior, proposed);
        await plan?.(runtime.context(diagnostics, kept), {
          prior: prior,
          planned: planned,
          config: config,
        });
        return {
          planned_state: encodeValue(typeOf(attributes), planned),
          requires_replace: prior === null ? [] : replacements(attributes, prior, planned).map(wirePath),
          planned_private: writePrivate(kept),
        };
      },
    ),
    applyResourceChange: unary(
      wire.ApplyResourceChange_Response,
      async (call: wire.ApplyResourceChange_Request, diagnostics) => {
        const resource = named(call.type_name);
        const kept = readPrivate(call.planned_private);
        const { next, error } = await apply(resource, call, runtime.context(diagnostics, kept));
        if (error !== undefined) report(diagnostics, error);
        return { new_state: encodeState(resource.attributes, next), private: writePrivate(kept) };
      },
    ),
    importResourceState: unary(
      wire.ImportResourceState_Response,
      async (call: wire.ImportResourceState_Request, diagnostics) => {
        const resource = named(call.type_name);
        if (!resource.import)
          throw new ProviderError(
            `${call.type_name} cannot be imported`,
            "Declare it and apply: what is there already is brought to the declared state.",
          );
        const kept: Record<string, unknown> = {};
        const state = await resource.import(runtime.context(diagnostics, kept), call.id);
        const imported = {
          type_name: call.type_name,
          state: encodeState(resource.attributes, state),
          private: writePrivate(kept),
        };
        return { imported_resources: [imported] };
      },
    ),
    moveResourceState: unary(wire.MoveResourceState_Response, (call: wire.MoveResourceState_Request) => {
      throw new ProviderError(
        `${call.source_type_name} cannot become ${call.target_type_name}`,
        "This provider does not move a resource to another type: remove the one, and import or create the other.",
      );
    }),
  };
}

/** What may leave the provider: without write-only values. */
function encodeState(attributes: Attributes, state: Values | null): DynamicValue {
  return encodeValue(typeOf(attributes), withoutWriteOnly(attributes, state));
}

interface Applied {
  readonly next: Values | null;
  readonly error?: unknown;
}

/** Makes the change. What is returned beside an error is what exists then: it is saved, and a create that failed is marked as tainted. */
async function apply<P>(
  resource: ResourceDefinition<P, Attributes>,
  call: wire.ApplyResourceChange_Request,
  context: Context<P>,
): Promise<Applied> {
  const { attributes } = resource;
  const prior = readValues(attributes, call.prior_state);
  const planned = readValues(attributes, call.planned_state);
  const config = readValues(attributes, call.config);
  let next: AnyState;
  try {
    context.signal.throwIfAborted();
    if (planned === null) {
      await resource.delete(context, must(prior));
      return { next: null };
    }
    const change = { planned, config: must(config) };
    next =
      prior === null ? await resource.create(context, change) : await resource.update(context, { ...change, prior });
  } catch (error) {
    if (error instanceof ProviderError && error.state !== undefined)
      return { next: withoutUnknown(error.state) as Values, error };
    // What was there before is still there.
    return { next: prior, error };
  }
  try {
    assertFinished(attributes, next);
    encodeState(attributes, next);
    return { next };
  } catch (error) {
    // Done on the far side, badly told by the provider: what was planned is nearer to the truth than nothing.
    return { next: withoutUnknown(planned) as Values, error };
  }
}

function upgraded<P>(resource: ResourceDefinition<P, Attributes>, call: wire.UpgradeResourceState_Request): unknown {
  const raw = JSON.parse(call.raw_state?.json.toString() ?? "{}") as Values;
  const present = resource.version ?? 0;
  if (call.version === present) return fromJson(typeOf(resource.attributes), raw);
  if (resource.upgrade && call.version < present)
    return fromJson(typeOf(resource.attributes), resource.upgrade(call.version, raw));
  throw new ProviderError(
    `State of version ${call.version} cannot be read`,
    `This provider knows ${call.type_name} in version ${present}. Use the provider that wrote the state, or a newer one.`,
  );
}
