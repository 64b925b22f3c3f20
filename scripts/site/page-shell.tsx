/** What is around every page of the site: navigation, search, contents, style. */
import { render } from "preact-render-to-string";
import type { Heading } from "./documents.ts";
import type { Entry, Section } from "./navigation.ts";
import { relativeAddress } from "./render-markdown.ts";
import { siteStyle } from "./style.ts";

/** A page of the site. */
export interface SitePage {
  /** Where it is in the site. */
  readonly address: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** The file it was made from. */
  readonly source: string;
}

/** The whole document. */
export function pageShell(
  page: SitePage,
  sections: readonly Section[],
  addressOfPage: (path: string) => string,
): string {
  const to = (address: string): string => relativeAddress(page.address, address);
  const link = ({ path, title }: Entry) => (
    <a href={to(addressOfPage(path))} {...(path === page.source && { "aria-current": "page" })}>
      {title}
    </a>
  );
  const isOpen = ({ path, below }: Entry): boolean =>
    path === page.source || below.some((entry) => entry.path === page.source);
  // The contents stand under the title, or beside the text where there is room.
  const [title = "", ...rest] = page.html.split(/(?<=<\/h1>)/);
  const text = rest.join("");
  const contents = page.headings.filter(({ depth }) => depth === 2);
  return `<!doctype html>\n${render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{page.title === "Tunnelwright" ? page.title : `${page.title} · Tunnelwright`}</title>
        <style dangerouslySetInnerHTML={{ __html: siteStyle }} />
      </head>
      <body>
        <a class="skip" href="#main">
          To the text
        </a>
        <a class="skip" href="#navigation">
          To the navigation
        </a>
        <header>
          <a class="name" href={to("index.html")}>
            Tunnelwright
          </a>
          <a class="to-navigation" href="#navigation">
            All pages
          </a>
          <form id="search" role="search" hidden data-base={to("index.html").replace(/index\.html$/, "")}>
            <label for="query">Search</label>
            <input id="query" type="search" autocomplete="off" />
            <p id="search-said" role="status" />
            <ul id="search-found" />
          </form>
        </header>
        <main id="main" tabIndex={-1}>
          <div class="title" dangerouslySetInnerHTML={{ __html: title }} />
          {contents.length >= 3 && (
            <nav class="contents" aria-label="On this page">
              <ul>
                {contents.map(({ text, anchor }) => (
                  <li>
                    <a href={`#${anchor}`}>{text}</a>
                  </li>
                ))}
              </ul>
            </nav>
          )}
          <article dangerouslySetInnerHTML={{ __html: text }} />
        </main>
        <nav id="navigation" class="pages" aria-label="All pages" tabIndex={-1}>
          {sections.map(({ title, entries }) => (
            <section>
              <h2>{title}</h2>
              <ul>
                {entries.map((entry) => (
                  <li>
                    {link(entry)}
                    {isOpen(entry) && entry.below.length > 0 && (
                      <ul>
                        {entry.below.map((each) => (
                          <li>{link(each)}</li>
                        ))}
                      </ul>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          ))}
          <section>
            <h2>API</h2>
            <ul>
              <li>
                <a href={to("api/index.html")}>Constructs and model</a>
              </li>
            </ul>
          </section>
        </nav>
        <footer>
          Made from <code>{page.source}</code> by <code>npm run docs</code>. Apache-2.0.
        </footer>
        <script src={to("search.js")} defer />
      </body>
    </html>,
  )}\n`;
}
