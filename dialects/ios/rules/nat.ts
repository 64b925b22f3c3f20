import { formatAclEntry, isSameFlow, sidesMeet, verdictOf } from "../access-list.ts";
import type { AccessList, IosDevice } from "../device.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import { insertAfter, type LintContext, type Rule } from "./context.ts";

/** NAT that takes what a crypto map is for. */
export const natRules: readonly Rule[] = [nat];

/** The lists of a NAT rule: its own, or those its route map permits. */
function natLists(device: IosDevice, { acl, routeMap }: IosDevice["nat"][number]): AccessList[] {
  const names =
    acl !== null
      ? [acl]
      : (device.routeMaps.get(routeMap ?? "") ?? []).flatMap((entry) =>
          entry.action === "permit" ? entry.acls.map(({ value }) => value) : [],
        );
  return names.flatMap((name) => device.accessLists.get(name) ?? []);
}

function nat({ ends }: LintContext): IosFinding[] {
  return ends.flatMap((end) => {
    const profile = end.protection?.profile;
    // What the router sends itself is not inside, so NAT leaves it alone.
    if (!profile || !("matchAddress" in profile) || end.order === "gre-over-ipsec") return [];
    const { device } = end;
    const isTunnelOutside = end.order !== "ipsec-over-gre" || end.tunnel?.nat?.value === "outside";
    const list = device.accessLists.get(profile.matchAddress?.value ?? "");
    if (!list || list.isPartial || !isTunnelOutside) return [];
    return device.nat.flatMap((rule) =>
      natLists(device, rule).flatMap((natList) => {
        const taken = list.entries.filter(({ action, protocol, source, destination }) => {
          if (action !== "permit") return false;
          const { action: verdict } = verdictOf(natList, { protocol, source, destination });
          return (
            verdict === "permit" ||
            (verdict === "some" &&
              natList.entries.some(
                (entry) =>
                  entry.action === "permit" &&
                  sidesMeet(entry.source, source) &&
                  sidesMeet(entry.destination, destination) &&
                  !natList.entries.some(
                    (deny) =>
                      deny.action === "deny" &&
                      deny.line < entry.line &&
                      isSameFlow({ ...deny, protocol }, { ...deny, protocol, source, destination }),
                  ),
              ))
          );
        });
        const [first] = taken;
        if (!first) return [];
        const deny = formatAclEntry({ ...first, action: "deny", protocol: "ip", rest: "" });
        const at = natList.entries[0];
        const words = device.text.lines.find(({ number }) => number === at?.line)?.words.trim() ?? "";
        const isNumbered = /^access-list\s/i.test(words);
        // A standard list has no destination to leave out.
        const canMend = natList.kind === "extended" && at !== undefined && taken.length === 1;
        return [
          iosFinding("ios/nat-before-crypto", device, at?.line ?? natList.line, {
            what: `NAT by list ${natList.name} of ${device.name} takes what ${end.name} protects: ${formatAclEntry(first)}`,
            fix:
              natList.kind === "extended"
                ? `put ${deny} before the permits of list ${natList.name}`
                : `use an extended list for NAT, with ${deny} before its permits`,
            edits: !canMend
              ? []
              : isNumbered
                ? [
                    insertAfter(
                      device,
                      previousLine(device, at.line),
                      `access-list ${natList.name} ${deny}`,
                      "config",
                      0,
                    ),
                  ]
                : [replaceFirst(device, at.line, deny)],
          }),
        ];
      }),
    );
  });
}

function previousLine(device: IosDevice, line: number): number {
  return device.text.lines.findLast(({ number }) => number < line)?.number ?? line;
}

/** In a named list a lower number comes first. */
function replaceFirst(device: IosDevice, line: number, deny: string) {
  const words = device.text.lines.find(({ number }) => number === line)?.words.trim() ?? "";
  const sequence = /^\d+/.exec(words)?.[0];
  const header = previousLine(device, line);
  return sequence === undefined
    ? insertAfter(device, header, deny, "config-ext-nacl")
    : insertAfter(device, header, `${Math.max(1, Number(sequence) - 5)} ${deny}`, "config-ext-nacl");
}
