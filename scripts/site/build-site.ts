/** Builds the site: every page of the documentation, every file that one links to, the search, and the API as typedoc writes it. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { documentPaths, isFolder, readDocument, root } from "./documents.ts";
import { readNavigation } from "./navigation.ts";
import { pageShell } from "./page-shell.tsx";
import { addressOf, escape, relativeAddress, renderMarkdown } from "./render-markdown.ts";
import { searchInPage } from "./search-in-page.ts";
import { searchEntries } from "./search-index.ts";

/** Writes the site into an empty folder; without the API when typedoc is not to run. Gives how many pages it has. */
export async function buildSite(folder: string, options: { readonly withApi: boolean }): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  const pages = new Map(documentPaths().map((path) => [path, readDocument(path)]));
  const paths = new Set(pages.keys());
  const sections = readNavigation(pages);
  const shell = (page: Parameters<typeof pageShell>[0]) => pageShell(page, sections, (path) => addressOf(path, paths));
  const wanted = new Set<string>();
  for (const page of pages.values()) {
    const { html, shown } = renderMarkdown(page, paths);
    for (const path of shown) wanted.add(path);
    const { path: source, title, headings } = page;
    const address = addressOf(source, paths);
    write(folder, address, shell({ address, title, html, headings, source }));
  }
  const made = new Set<string>();
  for (const path of wanted) showFile(path);
  const entries = [...pages.values()].flatMap((page) => searchEntries(page, addressOf(page.path, paths)));
  write(folder, "search-index.js", `window.searchIndex = ${JSON.stringify(entries)};\n`);
  write(folder, "search.js", searchInPage);
  if (options.withApi) await writeApi(join(folder, "api"));
  return pages.size;

  /** A file that is no page, as a page that shows it; a picture as it is; a folder as a list. */
  function showFile(path: string): void {
    if (made.has(path) || !existsSync(root + path)) return;
    made.add(path);
    const address = addressOf(path, paths);
    if (/\.(svg|png)$/.test(path)) {
      mkdirSync(dirname(join(folder, address)), { recursive: true });
      copyFileSync(root + path, join(folder, address));
      return;
    }
    if (paths.has(`${path}/README.md`)) return;
    const html = isFolder(path) ? listing(path, address) : `<h1>${escape(path)}</h1>\n${fileText(path)}`;
    write(folder, address, shell({ address, title: path, html, headings: [], source: path }));
  }

  function listing(path: string, address: string): string {
    const names = readdirSync(root + path, { withFileTypes: true }).map(({ name }) => `${path}/${name}`);
    for (const each of names) if (!paths.has(each)) showFile(each);
    const items = names.map(
      (each) =>
        `<li><a href="${escape(relativeAddress(address, addressOf(each, paths)))}">${escape(each.slice(path.length + 1))}</a></li>`,
    );
    return `<h1>${escape(path)}/</h1>\n<ul>\n${items.join("\n")}\n</ul>`;
  }
}

function fileText(path: string): string {
  return `<pre tabindex="0"><code>${escape(readFileSync(root + path, "utf8"))}</code></pre>`;
}

function write(folder: string, address: string, text: string): void {
  const file = join(folder, address);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function writeApi(folder: string): Promise<void> {
  const { Application } = await import("typedoc");
  const app = await Application.bootstrapWithPlugins({
    options: join(root, "typedoc.json"),
    emit: "docs",
    out: folder,
    name: "Tunnelwright",
    githubPages: false,
  });
  const project = await app.convert();
  if (!project) throw new Error("typedoc could not read the sources: npm run check:docs says why");
  await app.generateOutputs(project);
}
