/** A page's Markdown as HTML, its links changed to where the site has what they lead to. */
import GithubSlugger from "github-slugger";
import { Marked } from "marked";
import { posix } from "node:path";
import { isFolder, plainText, resolveLink, type Document } from "./documents.ts";

/** Where the site has a file or folder of the project: pages as HTML under their own path, the rest as a page that shows it. */
export function addressOf(path: string, pages: ReadonlySet<string>): string {
  if (path === "README.md") return "index.html";
  if (pages.has(path)) return path.replace(/\.md$/, ".html");
  if (/\.(svg|png)$/.test(path)) return path;
  if (isFolder(path)) return pages.has(`${path}/README.md`) ? `${path}/README.html` : `${path}/folder.html`;
  return `${path}.html`;
}

/** From one page of the site to another. */
export function relativeAddress(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to) || posix.basename(to);
}

/** What a page becomes, and which files and folders of the project it leads to that are no pages. */
export function renderMarkdown(
  page: Document,
  pages: ReadonlySet<string>,
): { readonly html: string; readonly shown: readonly string[] } {
  const slugger = new GithubSlugger();
  const shown = new Set<string>();
  const here = addressOf(page.path, pages);
  const addressFor = (target: string): string => {
    const found = resolveLink(page.path, target);
    if (!found) return target;
    if (!pages.has(found.path)) shown.add(found.path);
    const address = relativeAddress(here, addressOf(found.path, pages));
    return found.anchor === "" ? address : `${found.path === page.path ? "" : address}#${found.anchor}`;
  };
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const anchor = slugger.slug(plainText(tokens));
        const said = this.parser.parseInline(tokens);
        const link = depth === 1 ? "" : ` <a class="anchor" href="#${anchor}" aria-label="Link to this section">#</a>`;
        return `<h${depth} id="${anchor}">${said}${link}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        const titled = title ? ` title="${escape(title)}"` : "";
        return `<a href="${escape(addressFor(href))}"${titled}>${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escape(addressFor(href))}" alt="${escape(text)}">`;
      },
      // What may be wider than the window scrolls by itself, by the keyboard too.
      code({ text, lang }) {
        const language = (lang ?? "").split(" ")[0] ?? "";
        return `<pre tabindex="0"><code${language ? ` class="language-${escape(language)}"` : ""}>${escape(text)}\n</code></pre>\n`;
      },
      table(token) {
        const cells = (row: typeof token.header, tag: "td" | "th") =>
          row.map((cell) => {
            const inside = this.parser.parseInline(cell.tokens);
            // A head without words is no head.
            return inside === "" || tag === "td" ? `<td>${inside}</td>` : `<th scope="col">${inside}</th>`;
          });
        const line = (row: typeof token.header, tag: "td" | "th") => `<tr>${cells(row, tag).join("")}</tr>`;
        const head = token.header.some(({ text }) => text !== "") ? `<thead>${line(token.header, "th")}</thead>` : "";
        const body = token.rows.map((row) => line(row, "td")).join("\n");
        return `<div class="scroll" tabindex="0" role="group" aria-label="Table">\n<table>${head}<tbody>\n${body}\n</tbody></table></div>\n`;
      },
    },
  });
  return { html: marked.parse(page.markdown, { async: false }), shown: [...shown] };
}

/** Text as HTML has it. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
