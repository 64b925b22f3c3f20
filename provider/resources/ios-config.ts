import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { IosTarget } from "../../devices/ios/connect-ios.ts";
import { IosPushError, IosUnreachableError } from "../../devices/ios/ios-errors.ts";
import type { IosSession } from "../../devices/ios/ios-session.ts";
import type { IosSessionsOptions } from "../../devices/ios/ios-sessions.ts";
import { pushIosConfig } from "../../devices/ios/push-ios-config.ts";
import { readRunningConfig } from "../../devices/ios/read-running-config.ts";
import { renderIosKeys, withoutIosKeys } from "../../dialects/ios/render/render-ios-keys.ts";
import { nodesGoVariable } from "../../model/lab-progress.ts";
import { changeConfig } from "../../dialects/ios/running-config/change-config.ts";
import { leaveOut } from "../../dialects/ios/running-config/leave-out.ts";
import type { LabProvider } from "../lab-provider.ts";
import type { Config, State } from "../schema/attributes.ts";
import { iosConfigAttributes } from "../schema/resources.ts";
import { defineResource, type Context } from "../sdk/definitions.ts";
import { ProviderError } from "../sdk/diagnostics.ts";
import { log } from "../sdk/log.ts";

type IosState = State<typeof iosConfigAttributes>;
type IosConfiguration = Config<typeof iosConfigAttributes>;

/** A router that runs answers soon; one that does not is gone. */
const presentDeadlineMs = 6_000;
const confirmDeadlineMs = 60_000;

/**
 * `tunnelwright_ios_config`: pushes a part of the running configuration over SSH, only the difference, and compares what is there
 * in the device's own form. Not run on IOS: held against the tests' own device and others' emulators.
 */
export const iosConfig = defineResource<LabProvider, typeof iosConfigAttributes>({
  description:
    "A part of the running configuration of one router of IOS, pushed over SSH and compared in the device's own form. Not run on IOS: held against the tests' own device and others' emulators.",
  attributes: iosConfigAttributes,
  create: (context, { planned, config }) => push(context, null, planned, config),
  update: (context, { prior, planned, config }) => push(context, prior, planned, config),
  async read(context, state) {
    try {
      const running = await withRouter(context, state, { connectTimeoutMs: presentDeadlineMs }, (session) =>
        readRunningConfig(session, { signal: context.signal }),
      );
      return { ...state, config: asRunning(state.config, running) };
    } catch (error) {
      if (!(error instanceof IosUnreachableError)) throw inWords(error, state.node);
      log.warn("a router is gone: it will be configured anew", { node: state.node });
      return null;
    }
  },
  async delete(context, state) {
    if (process.env[nodesGoVariable] === "1") return;
    try {
      await withRouter(context, state, { connectTimeoutMs: presentDeadlineMs }, (session) =>
        pushIosConfig(session, {
          change: (running) => changeConfig(running, leaveOut(state.config, "")),
          signal: context.signal,
        }),
      );
    } catch (error) {
      if (!(error instanceof IosUnreachableError)) throw inWords(error, state.node);
      context.diagnostics.warn(
        `${state.node} is gone already`,
        "Nothing was there to take its configuration away from.",
      );
    }
  },
});

async function push(
  context: Context<LabProvider>,
  prior: IosState | null,
  planned: IosState,
  { pre_shared_keys_wo }: IosConfiguration,
): Promise<IosState> {
  const { diagnostics, provider, signal } = context;
  try {
    const keys = new Map(Object.entries(pre_shared_keys_wo ?? {}));
    const wanted = leaveOut(prior?.config ?? "", renderIosKeys(planned.config, keys));
    // Another container has another key.
    const pinned = prior !== null && prior.container_id === planned.container_id ? prior.host_key : null;
    let hostKey = pinned;
    const options: IosSessionsOptions = {
      connectTimeoutMs: planned.ready_timeout_seconds * 1000,
      onHostKey: (learnt) => (hostKey = learnt),
      onWarning: (text) => diagnostics.warn(`SSH of ${planned.node} may be weak`, text),
    };
    const { notes } = await withRouter(context, { ...planned, host_key: pinned }, options, (session) =>
      pushIosConfig(session, {
        change: (running) => changeConfig(running, wanted),
        prove: async () => {
          const target = await targetOf({ ...planned, host_key: hostKey });
          await provider.ios.withFreshSession(target, () => Promise.resolve(), {
            connectTimeoutMs: confirmDeadlineMs,
            signal,
          });
        },
        signal,
      }),
    );
    if (hostKey === null) throw new Error(`${planned.node} was reached and showed no host key`);
    for (const note of notes) log.info("of a push", { node: planned.node, note });
    await mkdir(dirname(planned.host_key_file), { recursive: true, mode: 0o700 });
    await writeFile(planned.host_key_file, `${hostKey}\n`);
    // New at every push, also when a drift was healed: what depends on it looks again.
    return { ...planned, id: planned.node, host_key: hostKey, revision: randomBytes(8).toString("hex") };
  } catch (error) {
    throw inWords(error, planned.node);
  }
}

/** The declared text where the router has all of it; else before it, as comments, what a push would send. Keys are not compared. */
function asRunning(config: string, running: string): string {
  const { lines } = changeConfig(withoutIosKeys(running), withoutIosKeys(config));
  if (lines.length === 0) return config;
  return ["! the router differs; a push sends:", ...lines.map((line) => `! ${line}`), config].join("\n");
}

async function withRouter<T>(
  { provider, signal }: Context<LabProvider>,
  state: Omit<IosState, "host_key"> & { readonly host_key: string | null },
  options: IosSessionsOptions,
  work: (session: IosSession) => Promise<T>,
): Promise<T> {
  // A host key is learnt by a connection that nobody else has.
  const way = state.host_key === null ? "withFreshSession" : "withSession";
  return provider.ios[way](await targetOf(state), work, { ...options, signal });
}

async function targetOf(state: Omit<IosState, "host_key"> & { readonly host_key: string | null }): Promise<IosTarget> {
  return {
    node: state.node,
    address: state.host,
    port: state.port,
    username: state.username,
    password: (await readFile(state.password_file, "utf8")).trim(),
    hostKey: state.host_key,
    legacySsh: state.legacy_ssh,
  };
}

/** A device's error, as a summary and a detail. */
function inWords(error: unknown, node: string): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  if (error instanceof IosPushError)
    return new ProviderError(`${node} did not take its configuration`, error.message, { cause: error });
  return new ProviderError(`${node} could not be configured`, error.message, { cause: error });
}
