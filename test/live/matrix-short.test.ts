/** Rows of the matrix that differ in everything, one after the other on one lab: its short form for the default lane. */
import { afterAll, expect, test } from "vitest";
import { MatrixLab } from "../matrix/matrix-lab.ts";
import { differing, rowName, type MatrixRow } from "../matrix/rows.ts";

const lab = new MatrixLab("matrix-short");
const rows: readonly MatrixRow[] = [
  { shape: "GRE over IPsec", suite: "3des-sha1", mode: "tunnel", ikeVersion: 1, hasNat: false },
  { shape: "IPsec alone", suite: "aes-cbc-sha256", mode: "tunnel", ikeVersion: 2, hasNat: false },
  {
    shape: "GRE over IPsec, key, checksum and sequence",
    suite: "chacha20-poly1305",
    mode: "transport",
    ikeVersion: 2,
    hasNat: true,
  },
];

afterAll(async () => {
  expect(await lab.destroy()).toEqual([]);
});

test.each(rows.map((row) => [rowName(row), row] as const))("%s", async (_, row) => {
  expect(differing(await lab.measure(row))).toEqual([]);
});
