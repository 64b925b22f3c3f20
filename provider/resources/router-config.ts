import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { PushError, UnreachableError } from "../../devices/errors.ts";
import {
  pushConfirmed,
  readConfig,
  removeConfig,
  type RouterPush,
  type RouterReading,
  type RouterSections,
} from "../../devices/router-config.ts";
import type { SshTarget } from "../../devices/ssh-connection.ts";
import { changeCommands } from "../../dialects/frr/change.ts";
import { changeBatch } from "../../dialects/iproute2/change.ts";
import { renderSecrets } from "../../dialects/strongswan/render-secrets.ts";
import { nodesGoVariable } from "../../model/lab-progress.ts";
import type { Session } from "../../model/session.ts";
import type { LabProvider } from "../lab-provider.ts";
import type { Config, State } from "../schema/attributes.ts";
import { routerConfigAttributes } from "../schema/resources.ts";
import { defineResource, type Context } from "../sdk/definitions.ts";
import { importedState, isTakenOver, placeOfRouter } from "./import-router.ts";
import { throughOf } from "./relay-way.ts";
import { liveParts, liveSections } from "./live-sections.ts";
import { ProviderError } from "../sdk/diagnostics.ts";
import { log } from "../sdk/log.ts";

type RouterState = State<typeof routerConfigAttributes>;
type RouterConfiguration = Config<typeof routerConfigAttributes>;

/** A guest boots in seconds; a loaded machine takes longer. */
const bootDeadlineMs = 90_000;
/** A node that runs answers at once; one that does not is gone. */
const presentDeadlineMs = 6_000;
/** The router takes an unconfirmed push back after 20 s, which may open the way to it again. */
const confirmDeadlineMs = 30_000;

/** `tunnelwright_router_config`: pushes one node's configuration over SSH, and compares what is there with what is declared. */
export const routerConfig = defineResource<LabProvider, typeof routerConfigAttributes>({
  description:
    "One node's configuration, pushed over SSH as one transaction and compared with what runs. A plan shows a difference as a line of the section; what nobody declared is left alone; destroying it takes away what was pushed.",
  attributes: routerConfigAttributes,
  import: (_context, id) => placeOfRouter(id),
  create: (context, { planned, config }) => push(context, planned, config),
  update: (context, { planned, config }) => push(context, planned, config),
  async read(context, state) {
    try {
      const read = async (session: Session): Promise<RouterState | null> => {
        if (isTakenOver(state)) {
          const reading = await readConfig(session, [...liveParts, "template"], { signal: context.signal });
          return importedState(state, reading);
        }
        const reading = await readConfig(session, liveParts, { signal: context.signal });
        return reading.kept === null ? null : { ...state, ...liveSections(reading, state) };
      };
      return await context.provider.readTurns.take(
        () => withNode(context, state, presentDeadlineMs, read),
        context.signal,
      );
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw inWords(error, state.node);
      log.warn("a node is gone: it will be configured anew", { node: state.node });
      return null;
    }
  },
  async delete(context, state) {
    if (process.env[nodesGoVariable] === "1") return;
    try {
      await withNode(context, state, presentDeadlineMs, (session) =>
        removeConfig(session, { interfaces: changeBatch(state.interfaces, "") }, { signal: context.signal }),
      );
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw inWords(error, state.node);
      context.diagnostics.warn(
        `${state.node} is gone already`,
        "Nothing was there to take its configuration away from.",
      );
    }
  },
});

async function push(
  context: Context<LabProvider>,
  planned: RouterState,
  config: RouterConfiguration,
): Promise<RouterState> {
  const keys = new Map(Object.entries(config.pre_shared_keys_wo ?? {}));
  try {
    const apply = async (session: Session): Promise<RouterState> => {
      const reading = await readConfig(session, liveParts, { signal: context.signal });
      await pushConfirmed(
        session,
        {
          sections: sectionsOf(planned),
          secrets: renderSecrets(planned.ipsec_secrets, keys),
          ...steps(reading, planned),
        },
        (work) => {
          context.provider.progress.tell({ kind: "node-confirms", node: planned.node });
          return withNode(context, planned, confirmDeadlineMs, work, "withFreshSession");
        },
        { signal: context.signal },
      );
      // New at every push, also when a drift was healed: what depends on it looks again.
      return { ...planned, id: planned.node, revision: randomBytes(8).toString("hex") };
    };
    // Each waits for its router beside all others; only where one answers has it a turn.
    return await withNode(context, planned, bootDeadlineMs, (session) => {
      context.provider.progress.tell({ kind: "node-answers", node: planned.node });
      return context.provider.pushTurns.take(() => apply(session), context.signal);
    });
  } catch (error) {
    throw inWords(error, planned.node);
  }
}

function sectionsOf({ sysctl, firewall, interfaces, ipsec, routing, keepalive }: RouterSections): RouterSections {
  return { sysctl, firewall, interfaces, ipsec, routing, keepalive };
}

/** The short way from what runs to what is declared, and back; none on a node that has nothing of ours. */
function steps(
  reading: RouterReading,
  planned: RouterState,
): Pick<RouterPush, "base" | "change" | "undo" | "reloadIpsec"> {
  // Also of the first push, which may meet what somebody set up by hand.
  const here = liveSections(reading, planned);
  return {
    base: reading.set,
    reloadIpsec: reading.kept !== null && here.ipsec !== reading.kept.ipsec,
    change: {
      interfaces: changeBatch(here.interfaces, planned.interfaces),
      routing: changeCommands(here.routing, planned.routing),
    },
    undo: {
      interfaces: changeBatch(planned.interfaces, here.interfaces),
      routing: changeCommands(planned.routing, here.routing),
    },
  };
}

async function withNode<T>(
  context: Context<LabProvider>,
  state: RouterState,
  connectTimeoutMs: number,
  work: (session: Session) => Promise<T>,
  way: "withSession" | "withFreshSession" = "withSession",
): Promise<T> {
  const target: SshTarget = {
    node: state.node,
    address: state.host,
    port: state.port,
    hostKey: state.host_key,
    privateKey: await readFile(state.identity_file, "utf8"),
    ...throughOf(state.through),
  };
  return context.provider.pool[way](target, work, { connectTimeoutMs, signal: context.signal });
}

/** A device's error, as a summary and a detail. */
function inWords(error: unknown, node: string): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  if (error instanceof PushError)
    return new ProviderError(`${node} did not take its configuration`, error.message, { cause: error });
  return new ProviderError(`${node} could not be configured`, error.message, { cause: error });
}
