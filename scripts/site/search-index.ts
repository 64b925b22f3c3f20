/** What the search looks in: every section of every page, its words without marks. */
import GithubSlugger from "github-slugger";
import { Marked, type Token, type Tokens } from "marked";
import { plainText, type Document } from "./documents.ts";

/** Address, title of the page, heading of the section, its text. */
export type SearchEntry = readonly [address: string, title: string, section: string, text: string];

/** Longer sections are searched in their beginning: the index stays small enough to be loaded at once. */
const longestText = 1500;

/** The sections of a page. */
export function searchEntries(page: Document, address: string): SearchEntry[] {
  const slugger = new GithubSlugger();
  const sections: { anchor: string; title: string; text: string }[] = [];
  for (const token of new Marked().lexer(page.markdown))
    if (token.type === "heading") {
      const { tokens, depth } = token as Tokens.Heading;
      const title = plainText(tokens);
      const anchor = slugger.slug(title);
      sections.push({ anchor: depth === 1 ? "" : `#${anchor}`, title, text: "" });
    } else {
      const section = sections.at(-1);
      if (section) section.text += ` ${wordsOf(token)}`;
    }
  return sections.map(({ anchor, title, text }) => [
    address + anchor,
    page.title,
    title,
    text.replaceAll(/\s+/g, " ").trim().slice(0, longestText),
  ]);
}

function wordsOf(token: Token): string {
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows]
      .flat()
      .map(({ tokens }) => plainText(tokens))
      .join(" ");
  }
  if (token.type === "list") return (token as Tokens.List).items.map(({ tokens }) => plainText(tokens)).join(" ");
  return plainText([token]);
}
