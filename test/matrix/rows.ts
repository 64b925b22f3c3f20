/** The matrix: every suite in both modes, with and without a NAT on the way, and what of a run's result is a row's measurement. */
import type { EspDeclaration } from "../../model/declaration.ts";
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
  /** A key of rowSuites. */
  readonly suite: string;
  readonly mode: IpsecMode;
  readonly ikeVersion: IkeVersion;
  /** ESP goes in UDP. */
  readonly hasNat: boolean;
}

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

/** The rows that are deployed. */
export const matrixRows = allRows.filter((row) => !isRefused(row));
/** The rows that no router could be asked for, and the rule that refuses them. */
export const refusedRows = { rule: "esp/ikev2-only", rows: allRows.filter(isRefused) } as const;

/** `aes-gcm-16 transport IKEv2 NAT-T`. */
export function rowName({ suite, mode, ikeVersion, hasNat }: MatrixRow): string {
  return `${suite} ${mode} IKEv${ikeVersion}${hasNat ? " NAT-T" : ""}`;
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
  if (counts !== "10 2 6") throw new Error(`${rowName(row)}: ${counts} numbers were measured instead of 10 2 6`);
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
    ["suite", "mode", "IKE", "NAT-T", "ESP as negotiated", "tunnel MTU", "small", "middle", "full", "differing"],
    ...rows.map((row) => [
      row.suite,
      row.mode,
      `v${row.ikeVersion}`,
      row.hasNat ? "yes" : "no",
      row.esp,
      beside(row.mtu[0]!),
      ...row.wire.filter(({ quantity }) => quantity.endsWith("r1 → r2")).map(beside),
      String(differing(row).length),
    ]),
  ];
}
