import { Construct } from "constructs";
import { withoutLength } from "../model/addresses.ts";
import type { NodeDeclaration } from "../model/declaration.ts";
import { addIosNode } from "./ios-node.ts";
import type { Lab } from "./lab.ts";
import { addLinuxNode } from "./linux-node.ts";
import { plugName, type Plug } from "./plug.ts";

/** What every node has in common: its place in the declaration, a container with its interfaces, and the configuration pushed into it. */
export abstract class LabNode extends Construct {
  /** The node's name in the lab. */
  readonly name: string;
  readonly #lab: Lab;
  readonly #plugs: readonly Plug[];

  protected constructor(
    lab: Lab,
    id: string,
    role: NodeDeclaration["role"],
    plugs: readonly Plug[],
    routes: NodeDeclaration["routes"],
    more: Pick<NodeDeclaration, "nat" | "filters" | "platform" | "ios"> = {},
    scope: Construct = lab,
  ) {
    super(scope, id);
    this.name = id;
    this.#lab = lab;
    this.#plugs = [...plugs];
    const interfaces = Object.fromEntries(
      plugs.map((plug, index) => {
        const { segment, address, address6 } = plug;
        return [plugName(plug, index), { segment: segment.name, address, ...(address6 !== undefined && { address6 }) }];
      }),
    );
    const managementAddress = lab.addNode(id, { role, interfaces, ...(routes && { routes }), ...more });
    if (more.ios) addIosNode(this, lab, { ...more.ios, name: id, plugs, managementAddress });
    else addLinuxNode(this, lab, { name: id, role, plugs, managementAddress });
  }

  /** Address without prefix length on the interface with the given number. */
  protected addressOn(index: number): string {
    const plug = this.#plugs[index];
    if (!plug) throw new Error(`${this.name} has no eth${index}`);
    return withoutLength(plug.address);
  }

  /** The lab this node belongs to. */
  protected get lab(): Lab {
    return this.#lab;
  }
}
