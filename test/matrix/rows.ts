/**
 * The matrix: every suite in both modes, with and without a NAT on the way; every order and option of GRE; and what of a run's result
 * is a row's measurement.
 */
import type { EspDeclaration, TunnelDeclaration } from "../../model/declaration.ts";
import type { RunResult } from "../../model/run-result.ts";
import {
  espEncryptions,
  espIntegrities,
  isAead,
  suiteNames,
  suites,
  type IkeVersion,
  type IpsecMode,
  type SuiteName,
} from "../../model/suites.ts";

export interface MatrixRow {
  readonly shape: ShapeName;
  /** A key of rowSuites; GRE without IPsec has none. */
  readonly suite: string;
  readonly mode: IpsecMode;
  readonly ikeVersion: IkeVersion;
  /** ESP goes in UDP. */
  readonly hasNat: boolean;
}

const allOptions = { greKey: 42, greChecksum: true, greSequence: true } as const;
/** What goes into what, and what GRE carries with it. */
export const shapes = {
  "GRE over IPsec": {},
  "GRE over IPsec, key": { greKey: 42 },
  "GRE over IPsec, checksum": { greChecksum: true },
  "GRE over IPsec, sequence": { greSequence: true },
  "GRE over IPsec, key, checksum and sequence": allOptions,
  "IPsec over GRE": { order: "ipsec-over-gre" },
  "IPsec over GRE, key, checksum and sequence": { order: "ipsec-over-gre", ...allOptions },
  "IPsec alone": { order: "ipsec" },
  "GRE alone": { order: "gre" },
  "GRE alone, key, checksum and sequence": { order: "gre", ...allOptions },
} as const satisfies Record<string, Partial<TunnelDeclaration>>;
export type ShapeName = keyof typeof shapes;
const usual: ShapeName = "GRE over IPsec";

const named = suiteNames.map((suite) => [suite, { suite }] as const);
/** What no suite names: the other ciphers and integrity algorithms, each with each. */
const spelledOut = espEncryptions
  .flatMap((encryption) =>
    espIntegrities
      .filter((integrity) => isAead(encryption) === (integrity === "none"))
      .map((integrity): EspDeclaration => ({ encryption, integrity })),
  )
  .filter(
    ({ encryption, integrity }) =>
      !suiteNames.some(
        (name) => suites[name].esp.encryption === encryption && suites[name].esp.integrity === integrity,
      ),
  )
  .map((esp) => [isAead(esp.encryption) ? esp.encryption : `${esp.encryption} ${esp.integrity}`, { esp }] as const);

/** Every suite of the model, as a tunnel declares it. */
export const rowSuites: Readonly<Record<string, RowSuite>> = Object.fromEntries<RowSuite>([...named, ...spelledOut]);

type RowSuite = { readonly suite: SuiteName } | { readonly esp: EspDeclaration };

/** The NAT comes once for all rows behind it. What has a name is negotiated by both versions of IKE, the rest by the newer. */
const allRows: readonly MatrixRow[] = [false, true].flatMap((hasNat) =>
  Object.entries(rowSuites).flatMap(([suite, declared]) =>
    (["transport", "tunnel"] as const).flatMap((mode) =>
      ("suite" in declared ? ([1, 2] as const) : ([2] as const)).map((ikeVersion) => ({
        shape: usual,
        suite,
        mode,
        ikeVersion,
        hasNat,
      })),
    ),
  ),
);

/** IKEv1 has no number for ChaCha20-Poly1305 (RFC 7634 defines it for IKEv2): the declaration is refused. */
const isRefused = ({ suite, ikeVersion }: MatrixRow): boolean => suite === "chacha20-poly1305" && ikeVersion === 1;

/** The other shapes, with a cipher that pads to 4 bytes and one that pads to 16. */
const shapeRows: readonly MatrixRow[] = [
  ...shapesWith("transport", [
    "GRE over IPsec, key",
    "GRE over IPsec, checksum",
    "GRE over IPsec, sequence",
    "GRE over IPsec, key, checksum and sequence",
  ]),
  ...shapesWith("tunnel", [
    "GRE over IPsec, key, checksum and sequence",
    "IPsec over GRE",
    "IPsec over GRE, key, checksum and sequence",
    "IPsec alone",
  ]),
  ...(["GRE alone", "GRE alone, key, checksum and sequence"] as const).map((shape) => ({
    ...({ shape, suite: "none", mode: "transport", ikeVersion: 2, hasNat: false } as const),
  })),
];
/** With a NAT only what has ESP outside. */
const shapeRowsWithNat = shapeRows
  .filter(({ shape }) => shape === "GRE over IPsec, key, checksum and sequence" || shape === "IPsec alone")
  .map((row) => ({ ...row, hasNat: true }));

function shapesWith(mode: IpsecMode, names: readonly ShapeName[]): MatrixRow[] {
  return names.flatMap((shape) =>
    ["aes-gcm-16", "aes-cbc-sha256"].map((suite) => ({ shape, suite, mode, ikeVersion: 2 as const, hasNat: false })),
  );
}

const deployed = allRows.filter((row) => !isRefused(row));
/** The rows that are deployed, those with a NAT last. */
export const matrixRows: readonly MatrixRow[] = [
  ...deployed.filter(({ hasNat }) => !hasNat),
  ...shapeRows,
  ...shapeRowsWithNat,
  ...deployed.filter(({ hasNat }) => hasNat),
];

/** Nothing but the sizes is to be looked for. */
export const isProtected = ({ shape }: MatrixRow): boolean => !shape.startsWith("GRE alone");
/** The rows that no router could be asked for, and the rule that refuses them. */
export const refusedRows = { rule: "esp/ikev2-only", rows: allRows.filter(isRefused) } as const;

/** `aes-gcm-16 transport IKEv2 NAT-T`, behind the shape where it is not the usual one. */
export function rowName(row: MatrixRow): string {
  const { shape, suite, mode, ikeVersion, hasNat } = row;
  if (!isProtected(row)) return shape;
  return `${shape === usual ? "" : `${shape}: `}${suite} ${mode} IKEv${ikeVersion}${hasNat ? " NAT-T" : ""}`;
}

/** A number beside its prediction, as the result tells both. */
export interface Pair {
  readonly quantity: string;
  readonly predicted: string;
  readonly measured: string;
}

/** One row as it was measured. */
export interface MeasuredRow extends MatrixRow {
  /** The cipher that charon negotiated for ESP, and its integrity algorithm. */
  readonly esp: string;
  /** IKE version, mode and ciphers at both ends. */
  readonly sa: readonly Pair[];
  /** The tunnel's MTU, named by the router that refuses one byte more, from each side. */
  readonly mtu: readonly Pair[];
  /** The ESP packet of each probed size, in each direction. */
  readonly wire: readonly Pair[];
  readonly seconds: number;
}

const saQuantities = /^(IKE version|IKE cipher|mode|ESP cipher|ESP integrity) at /;

/** What a run says of a row; throws when a number that a row is made of was not measured. */
export function measuredRow(row: MatrixRow, { checks }: RunResult, seconds: number): MeasuredRow {
  const pairs = (kind: string, wanted: RegExp): Pair[] =>
    checks
      .filter((check) => check.kind === kind)
      .flatMap(({ facts }) => facts)
      .filter(({ quantity }) => wanted.test(quantity))
      .map(({ quantity, predicted, measured }) => ({ quantity, predicted, measured }));
  const sa = [...pairs("ike-sa", saQuantities), ...pairs("child-sa", saQuantities)];
  const mtu = pairs("path-mtu", /^tunnel MTU told/);
  const wire = pairs("wire", /on the wire/);
  const counts = [sa.length, mtu.length, wire.length].join(" ");
  const wanted = isProtected(row) ? "10 2 6" : "0 2 6";
  if (counts !== wanted) throw new Error(`${rowName(row)}: ${counts} numbers were measured instead of ${wanted}`);
  const esp = sa.filter(({ quantity }) => /^ESP .* at r1$/.test(quantity)).map(({ measured }) => measured);
  return { ...row, esp: esp.filter((word) => word !== "none").join(" "), sa, mtu, wire, seconds };
}

/** The numbers of a row that are not what was predicted. */
export function differing({ sa, mtu, wire }: MeasuredRow): Pair[] {
  return [...sa, ...mtu, ...wire].filter(({ predicted, measured }) => predicted !== measured);
}

/** One line a row: predicted and measured side by side. */
export function matrixTable(rows: readonly MeasuredRow[]): string[][] {
  const beside = ({ predicted, measured }: Pair) => `${predicted} / ${measured}`;
  return [
    [
      "shape",
      "suite",
      "mode",
      "IKE",
      "NAT-T",
      "ESP as negotiated",
      "tunnel MTU",
      "small",
      "middle",
      "full",
      "differing",
    ],
    ...rows.map((row) => [
      row.shape,
      ...(isProtected(row)
        ? [row.suite, row.mode, `v${row.ikeVersion}`, row.hasNat ? "yes" : "no", row.esp]
        : ["none", "", "", "", ""]),
      beside(row.mtu[0]!),
      ...row.wire.filter(({ quantity }) => quantity.endsWith("r1 → r2")).map(beside),
      String(differing(row).length),
    ]),
  ];
}
