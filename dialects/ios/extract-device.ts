/** From read lines to a router: each understood command says one thing. */
import { cryptoHandlers } from "./extract-crypto.ts";
import { interfaceHandlers } from "./extract-interface.ts";
import { routingHandlers } from "./extract-routing.ts";
import type { CommandName, ModeName } from "./command-table.ts";
import type { IosDevice } from "./device.ts";
import { freshCurrent, type Current, type Handler } from "./extraction.ts";
import type { DeviceText } from "./transcript.ts";

type ModeHandlers = { readonly [M in ModeName]?: { readonly [C in CommandName<M>]: Handler } };

const handlers = { ...interfaceHandlers, ...cryptoHandlers, ...routingHandlers } satisfies ModeHandlers;

/** What the lines of a router say of it. Lines that say nothing, or were refused, leave no trace here. */
export function extractDevice(text: DeviceText): IosDevice {
  const device = emptyDevice(text);
  const current: Current = freshCurrent(device);
  for (const { command, number } of text.lines) {
    if (command?.name == null) continue;
    const ofMode: Readonly<Record<string, Handler>> | undefined =
      command.mode === "exec" ? undefined : handlers[command.mode];
    ofMode?.[command.name]?.(current, command.args, { line: number, negated: command.negated });
  }
  return device;
}

function emptyDevice(text: DeviceText): IosDevice {
  return {
    name: text.name,
    file: text.file,
    text,
    hostname: null,
    version: null,
    complianceShieldOff: false,
    interfaces: new Map(),
    isakmpPolicies: [],
    isakmpKeys: [],
    isakmpKeepalive: null,
    isakmpProfiles: new Map(),
    keyrings: new Map(),
    transformSets: new Map(),
    ipsecProfiles: new Map(),
    ipsecLifetimeSeconds: null,
    dfBit: null,
    cryptoMaps: new Map(),
    ikev2Proposals: new Map(),
    ikev2Policies: new Map(),
    ikev2Keyrings: new Map(),
    ikev2Profiles: new Map(),
    ikev2Dpd: null,
    accessLists: new Map(),
    routes: [],
    routes6: [],
    routing: [],
    nat: [],
    routeMaps: new Map(),
    vrfs: new Map(),
    slas: new Map(),
    tracks: new Map(),
  };
}
