import type { LabDeclaration } from "../../model/declaration.ts";
import { sortFindings, type LocatedFinding } from "../../model/finding.ts";
import { declareLab } from "./declare-lab.ts";
import type { IosDevice } from "./device.ts";
import { espOfEnd, modeOfEnd, type IosEnd } from "./ends.ts";
import { lintIos } from "./lint.ts";
import { withoutEdits } from "./rules/catalogue.ts";
import { espLifetimeOf, ikeLifetimeOf } from "./rules/agreement.ts";
import { maskSecrets } from "./rules/reading.ts";
import type { LineStatus, ReadLine, SourceText } from "./transcript.ts";

/** How many lines became what; the four add up to the total. */
export type LineCounts = Readonly<Record<"total" | LineStatus, number>>;

/** The document of `import --json`. Keys are nowhere in it. */
export interface IosImport {
  readonly format: "tunnelwright-import/1";
  /** Every line of every text is counted here once, prose included. */
  readonly files: readonly { readonly name: string; readonly lines: LineCounts }[];
  readonly devices: readonly ImportedDevice[];
  /** What both ends are together; `null` when they are no lab, and then the findings say why. */
  readonly lab: LabDeclaration | null;
  readonly findings: readonly LocatedFinding[];
}

interface ImportedDevice {
  readonly hostname: string;
  readonly file: string;
  /** The router's own lines. */
  readonly lines: LineCounts;
  readonly unknown: readonly { readonly line: number; readonly text: string }[];
  readonly refused: readonly { readonly line: number; readonly text: string; readonly reason: string }[];
  readonly declaration: DeviceDeclaration;
}

/** A router by itself, in the declaration's words; what its configuration does not say is `null` or left out. */
interface DeviceDeclaration {
  readonly role: "router";
  readonly platform: "ios";
  readonly version: string | null;
  readonly interfaces: Readonly<
    Record<
      string,
      {
        readonly address: string | null;
        readonly mtuBytes?: number;
        readonly cryptoMap?: string;
        readonly vrf?: string;
      }
    >
  >;
  readonly routes: readonly { readonly destination: string; readonly via: string }[];
  readonly tunnels: readonly DeviceTunnel[];
}

interface DeviceTunnel {
  readonly name: string;
  readonly order: string;
  readonly source: string | null;
  readonly sourceAddress: string | null;
  readonly destination: string | null;
  readonly address: string | null;
  readonly ipMtuBytes: number | null;
  readonly tcpMssBytes: number | null;
  readonly pathMtuDiscovery: boolean;
  readonly greKey: number | null;
  readonly keepalive: { readonly periodSeconds: number; readonly retryCount: number } | null;
  readonly protection: {
    readonly kind: "tunnel-protection" | "crypto-map";
    readonly ikeVersion: 1 | 2;
    readonly mode: "tunnel" | "transport";
    readonly esp: ReturnType<typeof espOfEnd> | null;
    readonly ikeLifetimeSeconds: number;
    readonly espLifetimeSeconds: number;
    readonly perfectForwardSecrecy: boolean;
    readonly appliedTo: readonly string[];
  } | null;
}

/**
 * Pasted configurations as a document: the lines counted, what is not known word for word (keys and passwords left out), each router, the lab that they
 * are together, and every finding.
 *
 * @param labName what the lab is called
 */
export function importIos(sources: readonly SourceText[], labName = "imported"): IosImport {
  const linted = lintIos(sources);
  const { lab, findings } = declareLab(linted, labName);
  return {
    format: "tunnelwright-import/1",
    files: linted.transcript.files.map(({ name, lines }) => ({ name, lines: countLines(lines) })),
    devices: linted.devices.map((device) => importedDevice(device, linted.ends)),
    lab,
    findings: sortFindings([...linted.findings, ...findings]).map(withoutEdits),
  };
}

function countLines(lines: readonly ReadLine[]): LineCounts {
  const counts = { total: lines.length, understood: 0, ignored: 0, unknown: 0, refused: 0 };
  for (const { status } of lines) counts[status] += 1;
  return counts;
}

function importedDevice(device: IosDevice, ends: readonly IosEnd[]): ImportedDevice {
  const { lines } = device.text;
  const told = (status: LineStatus) => lines.filter((line) => line.status === status);
  return {
    hostname: device.name,
    file: device.file,
    lines: countLines(lines),
    unknown: told("unknown").map((line) => ({ line: line.number, text: maskSecrets(line) })),
    refused: told("refused").map((line) => ({ line: line.number, text: maskSecrets(line), reason: line.reason })),
    declaration: {
      role: "router",
      platform: "ios",
      version: device.version?.value ?? null,
      interfaces: Object.fromEntries(
        [...device.interfaces.values()]
          .filter(({ name }) => !name.startsWith("Tunnel"))
          .map(({ name, address, ipMtuBytes, mtuBytes, cryptoMap, vrf }) => {
            const mtu = ipMtuBytes?.value ?? mtuBytes?.value;
            return [
              name,
              {
                address: address ? `${address.value.address}/${address.value.prefixLength}` : null,
                ...(mtu !== undefined && { mtuBytes: mtu }),
                ...(cryptoMap && { cryptoMap: cryptoMap.value }),
                ...(vrf && { vrf: vrf.value }),
              },
            ];
          }),
      ),
      routes: device.routes.map(({ destination, prefixLength, via, interface: name }) => ({
        destination: `${destination}/${prefixLength}`,
        via: via ?? name ?? "",
      })),
      tunnels: ends.filter((end) => end.device === device).map(deviceTunnel),
    },
  };
}

function deviceTunnel(end: IosEnd): DeviceTunnel {
  const { tunnel, protection } = end;
  const address = tunnel?.address?.value;
  return {
    name: end.name,
    order: end.order,
    source: end.sourceInterface,
    sourceAddress: end.sourceAddress,
    destination: end.destination,
    address: address ? `${address.address}/${address.prefixLength}` : null,
    ipMtuBytes: tunnel?.ipMtuBytes?.value ?? null,
    tcpMssBytes: tunnel?.tcpMssBytes?.value ?? null,
    pathMtuDiscovery: tunnel?.tunnelPmtud != null,
    greKey: tunnel?.tunnelKey?.value ?? null,
    keepalive: tunnel?.keepalive?.value ?? null,
    protection: protection && {
      kind: protection.kind,
      ikeVersion: protection.ikeVersion,
      mode: modeOfEnd(end),
      esp: espOfEnd(end) ?? null,
      ikeLifetimeSeconds: ikeLifetimeOf(end),
      espLifetimeSeconds: espLifetimeOf(end),
      perfectForwardSecrecy: protection.profile.pfs !== null,
      appliedTo: protection.appliedTo,
    },
  };
}
