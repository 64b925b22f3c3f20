/** A part of the matrix, so that the long lane can be run in pieces; and the pieces put together again. */

/**
 * `2/4`: the second quarter of the rows in their order, and the name of the file for what is measured. All rows where nothing is said.
 * @throws Error for any other words.
 */
export function partOf<Row>(
  rows: readonly Row[],
  words: string | undefined,
): { readonly rows: readonly Row[]; readonly file: string } {
  if (words === undefined || words === "") return { rows, file: "matrix-measured.json" };
  const [, number = NaN, count = NaN] = (/^([1-9]\d?)\/([1-9]\d?)$/.exec(words) ?? []).map(Number);
  if (!(number <= count)) throw new Error(`TW_MATRIX_PART=${words}: say a part and how many there are, such as 2/4`);
  const at = (part: number): number => Math.round((part * rows.length) / count);
  return { rows: rows.slice(at(number - 1), at(number)), file: `matrix-measured-${number}-of-${count}.json` };
}

/** Rows of several files in the order of the matrix; of a row that was measured twice the later one. Throws when one is missing. */
export function putTogether<Row>(
  names: readonly string[],
  parts: readonly (readonly Row[])[],
  nameOf: (row: Row) => string,
): Row[] {
  const measured = new Map(parts.flat().map((row) => [nameOf(row), row]));
  const missing = names.filter((name) => !measured.has(name));
  if (missing.length > 0)
    throw new Error(`${missing.length} rows were not measured: ${missing.slice(0, 5).join(", ")}, …`);
  return names.flatMap((name) => measured.get(name) ?? []);
}
