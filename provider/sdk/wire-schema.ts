import { objectType, type Attributes } from "../schema/attributes.ts";
import * as wire from "./gen/tfplugin6.ts";

/** The schema as Terraform wants to hear it. */
export function wireSchema(attributes: Attributes, version = 0): wire.DeepPartial<wire.Schema> {
  return {
    version,
    block: {
      version,
      description_kind: wire.StringKind.MARKDOWN,
      attributes: Object.entries(attributes).map(([name, { type, options }]) => {
        const hasDefault = options.default !== undefined;
        return {
          name,
          type: Buffer.from(JSON.stringify(type)),
          required: options.required === true,
          optional: options.required !== true && options.computed !== true,
          computed: options.computed === true || hasDefault,
          sensitive: options.sensitive === true,
          write_only: options.writeOnly === true,
          description: options.description,
          description_kind: wire.StringKind.PLAIN,
        };
      }),
    },
  };
}

const types = new WeakMap<Attributes, ReturnType<typeof objectType>>();

/** The object type of the attributes, made once. */
export function typeOf(attributes: Attributes): ReturnType<typeof objectType> {
  const known = types.get(attributes) ?? objectType(attributes);
  types.set(attributes, known);
  return known;
}
