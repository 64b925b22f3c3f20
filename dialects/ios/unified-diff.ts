import type { FixedFile } from "./fix.ts";

type Row = { readonly sign: " " | "-" | "+"; readonly text: string; readonly isEnded: boolean };

const contextLines = 3;

/** The changes of a file as `diff -u` prints them and `patch` takes them; empty when there are none. */
export function unifiedDiff({ name, before, lines }: Pick<FixedFile, "name" | "before" | "lines">): string {
  const rows = rowsOf(before, lines);
  const changes = rows.flatMap(({ sign }, at) => (sign === " " ? [] : [at]));
  if (changes.length === 0) return "";
  const hunks: { first: number; last: number }[] = [];
  for (const at of changes) {
    const open = hunks.at(-1);
    if (open && at - open.last <= contextLines * 2) open.last = at;
    else hunks.push({ first: at, last: at });
  }
  const told = hunks.map(({ first, last }) =>
    hunk(rows, Math.max(0, first - contextLines), Math.min(rows.length, last + contextLines + 1)),
  );
  return `--- ${name}\n+++ ${name}\n${told.join("")}`;
}

function rowsOf(before: string, lines: FixedFile["lines"]): Row[] {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const rows: Row[] = [];
  const row = (sign: Row["sign"], text: string): void =>
    void rows.push({ sign, text: text.replace(/\n$/, ""), isEnded: text.endsWith("\n") });
  let taken = 0;
  for (const { origin, raw, terminator } of lines) {
    const text = raw + terminator;
    if (origin === null) row("+", text);
    else {
      for (; taken < origin - 1; taken += 1) row("-", old[taken] ?? "");
      const was = old[taken] ?? "";
      taken += 1;
      if (was === text) row(" ", text);
      else {
        row("-", was);
        row("+", text);
      }
    }
  }
  for (; taken < old.length; taken += 1) row("-", old[taken] ?? "");
  return removalsFirst(rows);
}

/** Between two lines that stay, what goes stands before what comes. */
function removalsFirst(rows: readonly Row[]): Row[] {
  const sorted: Row[] = [];
  let coming: Row[] = [];
  for (const row of rows) {
    if (row.sign === "+") coming.push(row);
    else if (row.sign === "-") sorted.push(row);
    else {
      sorted.push(...coming, row);
      coming = [];
    }
  }
  return [...sorted, ...coming];
}

function hunk(rows: readonly Row[], from: number, to: number): string {
  const count = (all: readonly Row[], without: Row["sign"]): number =>
    all.filter(({ sign }) => sign !== without).length;
  const [before, own] = [rows.slice(0, from), rows.slice(from, to)];
  const range = (without: Row["sign"]): string => {
    const length = count(own, without);
    return `${count(before, without) + (length === 0 ? 0 : 1)},${length}`;
  };
  const body = own.map(
    ({ sign, text, isEnded }) => `${sign}${text}\n${isEnded ? "" : "\\ No newline at end of file\n"}`,
  );
  return `@@ -${range("+")} +${range("-")} @@\n${body.join("")}`;
}
