/** Attributes in the form the protocol carries schemas in. */
import { objectType, type Attribute, type Attributes, type CtyType } from "../schema/attributes.ts";
import * as wire from "./gen/tfplugin6.ts";

const nestings = {
  single: wire.Schema_Object_NestingMode.SINGLE,
  list: wire.Schema_Object_NestingMode.LIST,
  map: wire.Schema_Object_NestingMode.MAP,
} as const;

/** The schema as Terraform wants to hear it. */
export function wireSchema(attributes: Attributes, version = 0, description = ""): wire.DeepPartial<wire.Schema> {
  return {
    version,
    block: { version, description, description_kind: wire.StringKind.MARKDOWN, attributes: wireAttributes(attributes) },
  };
}

function wireAttributes(attributes: Attributes): wire.DeepPartial<wire.Schema_Attribute>[] {
  return Object.entries(attributes).map(([name, attribute]) => wireAttribute(name, attribute));
}

function wireAttribute(name: string, { type, nested, options }: Attribute): wire.DeepPartial<wire.Schema_Attribute> {
  const hasDefault = options.default !== undefined;
  const given = options.optional === true || options.computed !== true || hasDefault;
  return {
    name,
    ...(nested
      ? { nested_type: { nesting: nestings[nested.nesting], attributes: wireAttributes(nested.attributes) } }
      : { type: Buffer.from(JSON.stringify(type)) }),
    required: options.required === true,
    optional: options.required !== true && given,
    // A default is the provider's doing, so Terraform must let it fill the value in.
    computed: options.computed === true || hasDefault,
    sensitive: options.sensitive === true,
    write_only: options.writeOnly === true,
    deprecated: options.deprecated === true,
    description: options.description,
    description_kind: wire.StringKind.PLAIN,
  };
}

const types = new WeakMap<Attributes, CtyType>();

/** The object type of the attributes, made once. */
export function typeOf(attributes: Attributes): CtyType {
  const known = types.get(attributes) ?? objectType(attributes);
  types.set(attributes, known);
  return known;
}
