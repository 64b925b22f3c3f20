/** Which files are documentation, and what stands in them: pages with their headings, links and fenced blocks. */
import GithubSlugger from "github-slugger";
import { Marked, type Token, type Tokens } from "marked";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));
/** The page that lists all others; the site's navigation is read from it. */
export const indexPage = "docs/README.md";

/** A heading, and what a link to it ends with. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly anchor: string;
}

/** A link or a picture. */
export interface DocumentLink {
  readonly target: string;
  readonly text: string;
  readonly isPicture: boolean;
}

/** A fenced block of code. */
export interface FencedBlock {
  /** What stands behind the fence: `ts`, `json`, `sh`; empty without. */
  readonly language: string;
  readonly text: string;
}

/** A page of Markdown; the path is relative to the project's folder. */
export interface Document {
  readonly path: string;
  readonly title: string;
  readonly markdown: string;
  readonly headings: readonly Heading[];
  readonly links: readonly DocumentLink[];
  readonly blocks: readonly FencedBlock[];
}

/** Pages that stand beside what they tell of. */
const pagesElsewhere = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "scripts/README.md",
  "images/router/README.md",
  "images/router/keepalive/README.md",
];

/** The pages: those and all below docs/. */
export function documentPaths(): string[] {
  const below = readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" });
  return [
    ...pagesElsewhere,
    ...below
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`)
      .sort(),
  ];
}

/** Reads a page of the project. */
export function readDocument(path: string): Document {
  return parseDocument(path, readFileSync(root + path, "utf8"));
}

/** A page of Markdown, taken apart. The front matter that Terraform's registry wants is no part of what is shown. */
export function parseDocument(path: string, text: string): Document {
  const markdown = text.replace(/^---\n[\s\S]*?\n---\n/, "");
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const links: DocumentLink[] = [];
  const blocks: FencedBlock[] = [];
  const marked = new Marked();
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    if (isToken(token, "heading")) {
      const said = plainText(token.tokens);
      headings.push({ depth: token.depth, text: said, anchor: slugger.slug(said) });
    } else if (isToken(token, "link") || isToken(token, "image"))
      links.push({ target: token.href, text: token.text, isPicture: token.type === "image" });
    else if (isToken(token, "code") && token.codeBlockStyle !== "indented")
      blocks.push({ language: (token.lang ?? "").split(" ")[0] ?? "", text: token.text });
  });
  return { path, title: headings[0]?.text ?? path, markdown, headings, links, blocks };
}

interface TokenTypes {
  heading: Tokens.Heading;
  link: Tokens.Link;
  image: Tokens.Image;
  code: Tokens.Code;
}

function isToken<K extends keyof TokenTypes>(token: Token, type: K): token is TokenTypes[K] {
  return token.type === type;
}

/** What a reader sees of tokens, without marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      const inside = tokensIn(token);
      if (inside) return plainText(inside);
      return "text" in token ? String(token.text) : "";
    })
    .join("");
}

/** What is inside a token; undefined of one that holds text alone. */
export function tokensIn(token: Token): readonly Token[] | undefined {
  return (token as { readonly tokens?: readonly Token[] }).tokens;
}

/** Where a link of a page leads; null when it leaves the project. The path is relative to the project's folder. */
export function resolveLink(from: string, target: string): { readonly path: string; readonly anchor: string } | null {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return null;
  const [file = "", anchor = ""] = target.split("#", 2);
  const path = file === "" ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(file)));
  return { path: path.replace(/\/$/, ""), anchor };
}

/** What is not there, of everything that a page links to or shows. */
export function brokenLinks(page: Document, pages: ReadonlyMap<string, Document>): string[] {
  return page.links.flatMap(({ target, isPicture, text }) => {
    const found = resolveLink(page.path, target);
    if (!found) return [];
    const { path, anchor } = found;
    if (path.startsWith("..")) return [`${page.path}: ${target} is outside the project`];
    if (!existsSync(root + path) && !pages.has(path)) return [`${page.path}: ${target} is not there`];
    if (isPicture && text.trim() === "")
      return [`${page.path}: the picture ${target} has no words for who cannot see it`];
    if (anchor === "") return [];
    const anchors = (pages.get(path)?.headings ?? []).map((each) => each.anchor);
    return anchors.includes(anchor) ? [] : [`${page.path}: ${target}: ${path} has no heading #${anchor}`];
  });
}

/** Whether a path of the project is a folder. */
export function isFolder(path: string): boolean {
  return existsSync(root + path) && statSync(root + path).isDirectory();
}
