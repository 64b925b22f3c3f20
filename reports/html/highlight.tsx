/** @jsxRuntime automatic @jsxImportSource preact */
/** A configuration's text with its comments, first words and numbers told apart. */
import type { ComponentChildren, JSX } from "preact";
import { harmlessLines } from "../../model/harmless.ts";

/** Comments begin with `#` or `!`; a line's first word says what it is; then addresses and numbers. */
export function Configuration({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {harmlessLines(text).map((line, index) => (
        <>
          {index > 0 && "\n"}
          {paint(line)}
        </>
      ))}
    </>
  );
}

function paint(line: string): ComponentChildren {
  if (/^\s*[#!]/.test(line)) return <span class="c">{line}</span>;
  const [, indent = "", first = "", rest = ""] = /^(\s*)(\S*)(.*)$/.exec(line) ?? [];
  // Every second part is a number or an address, as the expression's one group caught it.
  const parts = rest.split(/((?<![\w.:-])(?:\d+(?:\.\d+){3}(?:\/\d+)?|\d+)(?![\w.:-]))/);
  return (
    <>
      {indent}
      {/^[a-z*:-][\w:*.=-]*$/i.test(first) ? <span class="k">{first}</span> : first}
      {parts.map((part, index) => (index % 2 === 1 ? <span class="n">{part}</span> : part))}
    </>
  );
}
