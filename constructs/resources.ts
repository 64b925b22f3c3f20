/** Our provider and its resources as constructs. */
import { Fn, TerraformElement, TerraformProvider, Token, type IResolvable, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import {
  iosConfigAttributes,
  iosPreflightAttributes,
  labAccessAttributes,
  providerAddress,
  routerConfigAttributes,
  verificationAttributes,
} from "../provider/schema/resources.ts";
import { generatorMetadata, SchemaResource, type PropsOf } from "./resource-class.ts";

/** The provider `tunnelwright`; it needs no configuration. */
export class TunnelwrightProvider extends TerraformProvider {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: "tunnelwright",
      terraformGeneratorMetadata: generatorMetadata,
      terraformProviderSource: providerAddress.source,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {};
  }
}

/** `tunnelwright_lab_access`: SSH keys and pinned host keys of a lab. */
export class LabAccess extends SchemaResource<typeof labAccessAttributes> {
  constructor(scope: Construct, id: string, props: PropsOf<typeof labAccessAttributes> & TerraformMetaArguments) {
    super(scope, id, "tunnelwright_lab_access", labAccessAttributes, props);
  }

  /** Path of the private key that opens every node. */
  get identityFile(): string {
    return this.getStringAttribute("identity_file");
  }

  /** Public key for the nodes' authorized_keys. */
  get authorizedKey(): string {
    return this.getStringAttribute("authorized_key");
  }

  /** Path of a node's private host key. */
  hostKeyFile(node: string): string {
    return this.#of("host_key_files", node);
  }

  /** A node's public host key. */
  hostKey(node: string): string {
    return this.#of("host_keys", node);
  }

  /** Changes when the node's host key does; tells nothing about the key. */
  hostKeyHash(node: string): string {
    return Fn.sha256(this.hostKey(node));
  }

  #of(attribute: string, node: string): string {
    return Token.asString(Fn.lookup(this.getStringMapAttribute(attribute), node));
  }
}

/** `tunnelwright_router_config`: one node's configuration. */
export class RouterConfig extends SchemaResource<typeof routerConfigAttributes> {
  constructor(scope: Construct, id: string, props: PropsOf<typeof routerConfigAttributes> & TerraformMetaArguments) {
    super(scope, id, "tunnelwright_router_config", routerConfigAttributes, props);
  }

  /** Changes whenever something was pushed. */
  get revision(): string {
    return this.getStringAttribute("revision");
  }
}

/** `tunnelwright_ios_config`: the configuration of a router of IOS. */
export class IosConfig extends SchemaResource<typeof iosConfigAttributes> {
  constructor(scope: Construct, id: string, props: PropsOf<typeof iosConfigAttributes> & TerraformMetaArguments) {
    super(scope, id, "tunnelwright_ios_config", iosConfigAttributes, props);
  }

  /** Changes whenever something was pushed. */
  get revision(): string {
    return this.getStringAttribute("revision");
  }
}

/** `tunnelwright_ios_preflight`: what the machine lacks for the lab's routers of IOS. */
export class IosPreflight extends SchemaResource<typeof iosPreflightAttributes> {
  constructor(scope: Construct, id: string, props: PropsOf<typeof iosPreflightAttributes> & TerraformMetaArguments) {
    super(scope, id, "tunnelwright_ios_preflight", iosPreflightAttributes, props);
  }

  /** What each router's image starts by itself; a container that refers to it waits for the preflight. */
  get entrypoints(): IResolvable {
    return this.interpolationForAttribute("entrypoints");
  }

  /** The arguments that each router's image gives to its entry point. */
  get commands(): IResolvable {
    return this.interpolationForAttribute("commands");
  }
}

/** `tunnelwright_verification`: the lab's checks. */
export class Verification extends SchemaResource<typeof verificationAttributes> {
  constructor(scope: Construct, id: string, props: PropsOf<typeof verificationAttributes> & TerraformMetaArguments) {
    super(scope, id, "tunnelwright_verification", verificationAttributes, props);
  }

  /** One line: verdict and counts. */
  get summary(): string {
    return this.getStringAttribute("summary");
  }
}

/** `tunnelwright_pre_shared_key`, ephemeral: cdktf has no element for these, so this one writes itself. */
export class PreSharedKey extends TerraformElement {
  readonly #tunnel: string;
  readonly #file: string;

  constructor(scope: Construct, id: string, tunnel: string, props: { readonly file: string }) {
    super(scope, id, "ephemeral.tunnelwright_pre_shared_key");
    this.#tunnel = tunnel;
    this.#file = props.file;
  }

  /** The key of a tunnel, for write-only attributes alone. */
  static reference(tunnel: string): string {
    return `\${ephemeral.tunnelwright_pre_shared_key.${tunnel}.value}`;
  }

  override toTerraform(): unknown {
    return { ephemeral: { tunnelwright_pre_shared_key: { [this.#tunnel]: { file: this.#file } } } };
  }
}
