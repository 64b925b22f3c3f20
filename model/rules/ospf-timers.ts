import type { OspfDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { ospfSettings } from "../ospf-settings.ts";
import { finding } from "./catalogue.ts";

/** What two OSPF neighbours are told of time, on a tunnel or on a link; `where` is the place of the fields. */
export function ospfTimers(ospf: OspfDeclaration | undefined, where: string): Finding[] {
  const { helloIntervalSeconds: hello, deadIntervalSeconds: dead } = ospfSettings(ospf);
  if (dead > hello) return [];
  return [
    finding("routing/timers", {
      what: `the dead interval of ${dead} s is not longer than the hello interval of ${hello} s`,
      where: `${where}.deadIntervalSeconds`,
      fix: `set deadIntervalSeconds to ${hello * 4}, four times the hello interval`,
      seen: String(dead),
      allowed: `more than ${hello}`,
    }),
  ];
}
