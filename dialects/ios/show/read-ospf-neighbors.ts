import { iosLines, type PrintedLine } from "./ios-lines.ts";

/** One line of `show ip ospf neighbor`. */
export interface IosOspfNeighbor {
  readonly routerId: string;
  readonly priority: number;
  /** `FULL`, `2WAY`, `EXSTART`, `INIT`, `DOWN`: RFC 2328 section 10.1. */
  readonly state: string;
  /** `DR`, `BDR`, `DROTHER`; `null` on a point-to-point link, printed as `-`. */
  readonly role: string | null;
  /** `00:00:32`, or `-` on a demand circuit. */
  readonly deadTime: string;
  readonly address: string;
  readonly interfaceName: string;
}

/** What `show ip ospf neighbor` says. */
export interface IosOspfNeighbors {
  readonly kind: "ospf-neighbors";
  readonly neighbors: readonly IosOspfNeighbor[];
}

const row = /^(\d+(?:\.\d+){3})\s+(\d+)\s+([A-Z0-9]+)\/\s*(-|[A-Z]+)\s+(\S+)\s+(\d+(?:\.\d+){3})\s+(\S+)$/;
const heading = /^Neighbor ID\s+Pri\s+State/;

/** Reads the table; with no neighbour IOS prints nothing at all. */
export function readOspfNeighbors(output: string): {
  readonly observation: IosOspfNeighbors;
  readonly unread: PrintedLine[];
  readonly hasForm: boolean;
} {
  const unread: PrintedLine[] = [];
  const lines = iosLines(output);
  const neighbors = lines.flatMap((line) => {
    const match = row.exec(line.text.trim());
    if (!match) {
      if (!heading.test(line.text.trim()) && !/^show ip ospf /.test(line.text.trim())) unread.push(line);
      return [];
    }
    const [, routerId = "", priority, state = "", role = "", deadTime = "", address = "", interfaceName = ""] = match;
    return [
      {
        routerId,
        priority: Number(priority),
        state,
        role: role === "-" ? null : role,
        deadTime,
        address,
        interfaceName,
      },
    ];
  });
  return {
    observation: { kind: "ospf-neighbors", neighbors },
    unread,
    hasForm: lines.some(({ text }) => heading.test(text.trim())),
  };
}
