import { DockerEngineError } from "../../devices/docker-engine.ts";
import { imageStart } from "../../devices/ios/image-start.ts";
import { lookAtMachine } from "../../devices/ios/look-at-machine.ts";
import { iosImageKinds } from "../../model/ios-images.ts";
import { preflightRouters, type MachineFacts, type PreflightRouter } from "../../model/ios-preflight.ts";
import type { LabProvider } from "../lab-provider.ts";
import type { State } from "../schema/attributes.ts";
import { iosPreflightAttributes } from "../schema/resources.ts";
import { defineResource } from "../sdk/definitions.ts";
import { ProviderError } from "../sdk/diagnostics.ts";
import { isPlain } from "../sdk/values.ts";

type PreflightState = State<typeof iosPreflightAttributes>;

/**
 * `tunnelwright_ios_preflight`: fails the plan with everything that this machine lacks, before anything is begun. Routers that run
 * already are not looked at again: what they take of the memory is taken.
 */
export const iosPreflight = defineResource<LabProvider, typeof iosPreflightAttributes>({
  description:
    "What this machine lacks for routers of virtual IOS, told by the plan before any of them is started. Not run on IOS.",
  attributes: iosPreflightAttributes,
  async plan({ diagnostics }, { prior, planned }) {
    const routers = routersOf(planned.routers);
    // What is known only later is looked at when it is made.
    if (routers === null) return;
    const seen = await look(routers, prior);
    if (seen.missing !== "") diagnostics.error(seen.summary, seen.missing, ["routers"]);
    else Object.assign(planned, startsOf(seen, routers, prior));
    if (seen.warnings !== "") diagnostics.warn("What is to be known of virtual IOS", seen.warnings, ["routers"]);
  },
  create: (_context, { planned }) => make(planned, null),
  update: (_context, { prior, planned }) => make(planned, prior),
  read: (_context, state) => Promise.resolve(state),
  delete: () => Promise.resolve(),
});

async function make(planned: PreflightState, prior: PreflightState | null): Promise<PreflightState> {
  const routers = routersOf(planned.routers) ?? [];
  const isPlanned = isPlain(planned.entrypoints) && isPlain(planned.commands);
  if (isPlanned) return { ...planned, id: "ios" };
  const seen = await look(routers, prior);
  if (seen.missing !== "") throw new ProviderError(seen.summary, seen.missing, { attribute: "routers" });
  return { ...planned, ...startsOf(seen, routers, prior), id: "ios" };
}

interface Seen {
  readonly summary: string;
  /** Everything that is missing with its mending, a paragraph an image; empty when nothing is. */
  readonly missing: string;
  readonly warnings: string;
  readonly starts: ReadonlyMap<string, { readonly entrypoint: readonly string[]; readonly command: readonly string[] }>;
}

/** At the routers that are new or run in another image now. */
async function look(routers: readonly PreflightRouter[], prior: PreflightState | null): Promise<Seen> {
  const added = routers.filter(({ name, kind, image }) => {
    const before = prior?.routers[name];
    return before?.kind !== kind || before.image !== image;
  });
  const images = [...new Set(added.map(({ image }) => image))];
  const summary = `This machine lacks what the routers of IOS need: ${added.map(({ name }) => name).join(", ")}`;
  let facts: ReadonlyMap<string, MachineFacts>;
  try {
    facts = new Map(await Promise.all(images.map(async (image) => [image, await lookAtMachine(image)] as const)));
  } catch (error) {
    if (!(error instanceof DockerEngineError)) throw error;
    return { summary, missing: error.message, warnings: "", starts: new Map() };
  }
  const looked = preflightRouters(added, (image) => {
    const found = facts.get(image);
    if (!found) throw new Error(`the image ${image} was not looked for`);
    return found;
  });
  const told = (state: "missing" | "warning"): string =>
    looked
      .flatMap(({ names, lines }) => {
        const own = lines.filter((line) => line.state === state);
        if (own.length === 0) return [];
        return [
          `${names.join(", ")}:\n${own.map(({ what, fix }) => `  - ${what}${fix === "" ? "" : `: ${fix}`}`).join("\n")}`,
        ];
      })
      .join("\n");
  const missing = told("missing");
  const starts = missing === "" ? await startsOfImages(images) : new Map();
  return { summary, missing, warnings: told("warning"), starts };
}

async function startsOfImages(images: readonly string[]): Promise<Seen["starts"]> {
  return new Map(await Promise.all(images.map(async (image) => [image, await imageStart(image)] as const)));
}

function startsOf(
  { starts }: Seen,
  routers: readonly PreflightRouter[],
  prior: PreflightState | null,
): Pick<PreflightState, "entrypoints" | "commands"> {
  const of = (part: "entrypoint" | "command"): Record<string, readonly string[]> =>
    Object.fromEntries(
      routers.map(({ name, image }) => [
        name,
        starts.get(image)?.[part] ?? prior?.[part === "command" ? "commands" : "entrypoints"][name] ?? [],
      ]),
    );
  return { entrypoints: of("entrypoint"), commands: of("command") };
}

/** The routers as far as everything of them is known; `null` when something is not. */
function routersOf(routers: unknown): PreflightRouter[] | null {
  if (!isPlain(routers)) return null;
  const known = Object.entries(routers).map(([name, router]) => {
    if (!isPlain(router)) return null;
    const { kind, image } = router;
    const named = iosImageKinds.find((each) => each === kind);
    return named === undefined || typeof image !== "string" ? null : { name, kind: named, image };
  });
  const complete = known.filter((router) => router !== null);
  return complete.length === known.length ? complete : null;
}
