/** Addresses of a hub and its spokes: none twice, none moved by another spoke, all faults at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHostAddress, isPrefix, overlaps, parsePrefix, type Prefix } from "../../../model/addresses.ts";
import { planHubAndSpoke, type HubAndSpokeAddresses } from "../../../model/hub-and-spoke.ts";

function read(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!isPrefix(prefix)) throw new Error(prefix.problem);
  return prefix;
}

/** Prefixes with room for some spokes, and a count that fits. */
const sizes = fc.integer({ min: 15, max: 22 }).chain((length) =>
  fc.record({
    prefix: fc.nat(2 ** length - 1).map((network) => {
      const first = network * 2 ** (32 - length);
      return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
    }),
    spokeCount: fc.integer({ min: 1, max: Math.min(2 ** (23 - length) - 1, 60) }),
  }),
);

/** Every link by its addresses. */
function linksOf({ hub, spokes }: HubAndSpokeAddresses): string[][] {
  return [hub, ...spokes].flatMap(({ access, site, ...more }) => [
    [access.provider, access.router],
    [site.router, site.host],
    ...("tunnel" in more
      ? [[(more as (typeof spokes)[number]).tunnel.hub, (more as (typeof spokes)[number]).tunnel.spoke]]
      : []),
  ]);
}

describe("the addresses of a hub and its spokes", () => {
  test("no two links share an address, both ends of each are hosts of one network, and all are of the prefix", () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { addresses, findings } = planHubAndSpoke(size);
        expect(findings).toEqual([]);
        const whole = read(size.prefix);
        const networks = linksOf(addresses!).map((ends) => {
          const [here, there] = ends.map(read);
          expect(here!.network).toBe(there!.network);
          expect(here!.address).not.toBe(there!.address);
          expect([here, there].every((end) => isHostAddress(end!))).toBe(true);
          expect(here!.first >= whole.first && here!.last <= whole.last).toBe(true);
          return here!;
        });
        expect(networks).toHaveLength(3 * size.spokeCount + 2);
        networks.sort((a, b) => a.first - b.first);
        networks.slice(1).forEach((network, index) => expect(overlaps(network, networks[index]!)).toBe(false));
      }),
      { numRuns: 50 },
    );
  });

  test("a spoke keeps its addresses when others come", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), ({ prefix, spokeCount }, fewer) => {
        const all = planHubAndSpoke({ prefix, spokeCount }).addresses!;
        const some = planHubAndSpoke({ prefix, spokeCount: Math.min(fewer, spokeCount) }).addresses!;
        expect(some.hub).toEqual(all.hub);
        expect(some.spokes).toEqual(all.spokes.slice(0, some.spokes.length));
      }),
      { numRuns: 50 },
    );
  });

  test("where one more does not fit, it is said how large a prefix must be, and that one is enough", () => {
    fc.assert(
      fc.property(sizes, ({ prefix }) => {
        const length = Number(prefix.split("/")[1]);
        const most = 2 ** (23 - length) - 1;
        expect(planHubAndSpoke({ prefix, spokeCount: most }).findings).toEqual([]);
        const [finding, ...others] = planHubAndSpoke({ prefix, spokeCount: most + 1 }).findings;
        expect(finding!.ruleId).toBe("hub-and-spoke/prefix-too-small");
        expect(others).toEqual([]);
        const advised = Number(/prefix of \/(\d+)/.exec(finding!.fix)![1]);
        const wider = read(`${prefix.split("/")[0]}/${advised}`).network;
        expect(planHubAndSpoke({ prefix: wider, spokeCount: most + 1 }).findings).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test("every fault is told at once", () => {
    const { addresses, findings } = planHubAndSpoke({ prefix: "10.64.0.1/24", spokeCount: 100 });
    expect(addresses).toBeNull();
    expect(findings.map(({ what }) => what)).toEqual([
      "10.64.0.1/24 has bits set behind its prefix length",
      "10.64.0.0/24 has room for 0 of the sites' networks, and a hub with 100 spokes needs 101",
      "10.64.0.0/24 has room for 16 of the links to the provider, and a hub with 100 spokes needs 101",
      "10.64.0.0/24 has room for 16 of the tunnels, and a hub with 100 spokes needs 101",
    ]);
    const wrong = planHubAndSpoke({ prefix: "10.64.0/14", spokeCount: 1.5 }).findings;
    expect(wrong.map(({ ruleId, where }) => [ruleId, where])).toEqual([
      ["hub-and-spoke/count", "spokeCount"],
      ["address/invalid", "prefix"],
    ]);
  });
});
