/** The site's navigation: the lists of docs/README.md, under its headings, and below a page that lists a folder the folder's pages. */
import { Marked, type Token, type Tokens } from "marked";
import { posix } from "node:path";
import { indexPage, plainText, resolveLink, tokensIn, type Document } from "./documents.ts";

/** A page in the navigation. */
export interface Entry {
  readonly path: string;
  readonly title: string;
  /** Pages of its folder, which it lists. */
  readonly below: readonly Entry[];
}

/** A heading of docs/README.md and the pages under it. */
export interface Section {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** What docs/README.md lists. */
export function readNavigation(pages: ReadonlyMap<string, Document>): Section[] {
  const index = pages.get(indexPage);
  if (!index) throw new Error(`${indexPage} is not there: the navigation is read from it`);
  const sections: { title: string; entries: Entry[] }[] = [];
  for (const token of new Marked().lexer(index.markdown))
    if (token.type === "heading" && (token as Tokens.Heading).depth === 2)
      sections.push({ title: plainText((token as Tokens.Heading).tokens), entries: [] });
    else if (token.type === "list")
      for (const { tokens } of (token as Tokens.List).items) {
        const link = firstLink(tokens);
        const path = link && resolveLink(indexPage, link.href)?.path;
        if (link && path && pages.has(path))
          sections.at(-1)?.entries.push({ path, title: plainText(link.tokens), below: pagesBelow(path, pages) });
      }
  return sections;
}

function firstLink(tokens: readonly Token[]): Tokens.Link | undefined {
  for (const token of tokens) {
    if (token.type === "link") return token as Tokens.Link;
    const inside = firstLink(tokensIn(token) ?? []);
    if (inside) return inside;
  }
  return undefined;
}

/** The pages that a folder's own page links to in its folder, or below docs/index.md, in their order. */
function pagesBelow(path: string, pages: ReadonlyMap<string, Document>): Entry[] {
  const folder = posix.dirname(path);
  if (folder === "." || path === indexPage || !/(^|\/)(README|index)\.md$/.test(path)) return [];
  const linked = (pages.get(path)?.links ?? []).flatMap(({ target }) => resolveLink(path, target)?.path ?? []);
  return [...new Set(linked)]
    .filter((each) => each.startsWith(`${folder}/`) && each !== path && pages.has(each))
    .filter((each) => folder !== "docs" || each.slice("docs/".length).includes("/"))
    .map((each) => ({ path: each, title: pages.get(each)?.title ?? each, below: [] }));
}

/** Pages that no path through the navigation leads to. */
export function unreachablePages(sections: readonly Section[], pages: ReadonlyMap<string, Document>): string[] {
  const reached = new Set(sections.flatMap(({ entries }) => entries.flatMap(pathsOf)));
  return [...pages.keys()].filter((path) => path !== indexPage && !reached.has(path));
}

function pathsOf({ path, below }: Entry): string[] {
  return [path, ...below.flatMap(pathsOf)];
}
