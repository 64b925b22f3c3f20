/** The power of a node: its container, killed and started again. What it keeps on disk stays, as a router's flash does. */
import { askEngine, type EngineOptions } from "./docker-engine.ts";
import { engineOf, listLabParts, type LabPlace } from "./lab-leftovers.ts";

/**
 * Takes a node's power away at once, or gives it back; resolves when it is off, or has begun to start. A node that is so already
 * stays so.
 * @throws Error when this folder's lab has no such node.
 */
export async function setNodePower(
  place: LabPlace & { readonly node: string },
  power: "off" | "on",
  options: EngineOptions = {},
): Promise<void> {
  const { known, left } = await listLabParts(place, options);
  const name = `tw-${place.lab}-${place.node}`;
  const container = [...known, ...left].find((part) => part.kind === "container" && part.name === name);
  if (!container) throw new Error(`lab ${place.lab} has no container ${name}: npx tunnelwright up ${place.lab}`);
  const engine = engineOf(container, options);
  if (power === "on") {
    await askEngine("POST", `/containers/${container.id}/start`, engine);
    return;
  }
  await askEngine("POST", `/containers/${container.id}/kill`, engine).catch((error: unknown) => {
    if (!/is not running/.test(String(error))) throw error;
  });
  await askEngine("POST", `/containers/${container.id}/wait?condition=not-running`, engine);
}
