/** Terraform constructs made from the provider's own schema objects: no generated code, nothing that can drift apart. */
import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { Attribute, Attributes } from "../provider/schema/attributes.ts";
import { providerAddress } from "../provider/schema/resources.ts";

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type ValueOf<A> = A extends Attribute<infer T> ? T : never;
type RequiredNames<A extends Attributes> = {
  [K in keyof A]: A[K] extends Attribute<unknown, true> ? K : never;
}[keyof A] &
  string;
type OutputNames<A extends Attributes> = {
  [K in keyof A]: A[K]["options"] extends { readonly computed: true } ? K : never;
}[keyof A] &
  string;

/** What a construct of these attributes is given, in camelCase. */
export type PropsOf<A extends Attributes> = { readonly [K in RequiredNames<A> as Camel<K>]: ValueOf<A[K]> } & {
  readonly [K in Exclude<keyof A & string, RequiredNames<A> | OutputNames<A>> as Camel<K>]?: ValueOf<A[K]>;
};

/** What every provider's bindings tell cdktf. */
export const generatorMetadata = {
  providerName: "tunnelwright",
  providerVersion: providerAddress.version,
  providerVersionConstraint: providerAddress.version,
};

/** A resource whose attributes come from a schema object. */
export abstract class SchemaResource<A extends Attributes> extends TerraformResource {
  readonly #attributes: A;
  readonly #props: Readonly<Record<string, unknown>>;

  protected constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    attributes: A,
    props: PropsOf<A> & TerraformMetaArguments,
  ) {
    super(scope, id, { ...props, terraformResourceType, terraformGeneratorMetadata: generatorMetadata });
    this.#attributes = attributes;
    this.#props = props;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return Object.fromEntries(Object.keys(this.#attributes).map((name) => [name, this.#props[camelCase(name)]]));
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
