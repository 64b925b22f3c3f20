/** Every link, anchor and picture of the documentation is there, and every page is reached from the list of all pages. */
import { describe, expect, test } from "vitest";
import {
  brokenLinks,
  documentPaths,
  parseDocument,
  readDocument,
  type Document,
} from "../../../scripts/site/documents.ts";
import { readNavigation, unreachablePages } from "../../../scripts/site/navigation.ts";
import { packetPictures } from "../../../scripts/write-packet-pictures.mjs";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const pages = new Map(documentPaths().map((path) => [path, readDocument(path)]));
/** The pages with others in the place of some of them, or beside them. */
const withPages = (...changed: Document[]): Map<string, Document> =>
  new Map([...pages, ...changed.map((page): [string, Document] => [page.path, page])]);

test("there are pages, links, anchors and pictures to be looked at", () => {
  const links = [...pages.values()].flatMap((page) => page.links);
  expect(pages.size).toBeGreaterThan(140);
  expect(links.filter(({ target }) => target.includes("#")).length).toBeGreaterThan(20);
  expect(links.filter(({ isPicture }) => isPicture).length).toBeGreaterThan(5);
});

test("every relative link and anchor leads somewhere, and every picture is there and has words", () => {
  expect([...pages.values()].flatMap((page) => brokenLinks(page, pages))).toEqual([]);
});

test("every page is reached from docs/README.md", () => {
  expect(unreachablePages(readNavigation(pages), pages)).toEqual([]);
});

test("the pictures of packets are what the arithmetic says", () => {
  const folder = join(root, "docs/pictures");
  const drawn = readdirSync(folder).filter((name) => name.startsWith("packet-"));
  expect(Object.fromEntries(drawn.map((name) => [name, readFileSync(join(folder, name), "utf8")]))).toEqual(
    packetPictures(),
  );
});

describe("what is planted is caught:", () => {
  const faults = (markdown: string) => {
    const planted = parseDocument("docs/planted.md", markdown);
    return brokenLinks(planted, withPages(planted));
  };

  test("a file, a heading and a picture that are not there", () => {
    expect(faults("# A\n\n[file](nowhere.md) [heading](cli.md#nowhere) [own](#b) ![picture](nowhere.svg)\n")).toEqual([
      "docs/planted.md: nowhere.md is not there",
      "docs/planted.md: cli.md#nowhere: docs/cli.md has no heading #nowhere",
      "docs/planted.md: #b: docs/planted.md has no heading #b",
      "docs/planted.md: nowhere.svg is not there",
    ]);
  });

  test("a link in a table, in a list, by reference, and out of the project", () => {
    expect(faults("# A\n\n| a |\n|---|\n| [b](gone.md) |\n\n- [c][d]\n\n[d]: lost.md\n")).toHaveLength(2);
    expect(faults("# A\n\n[e](../../elsewhere.md)\n")).toEqual([
      "docs/planted.md: ../../elsewhere.md is outside the project",
    ]);
  });

  test("a picture without words", () => {
    expect(faults("# A\n\n![](topology.svg)\n")).toHaveLength(1);
  });

  test("and nothing of what is there, nor what only looks like a link", () => {
    const own = parseDocument(
      "docs/planted.md",
      "# A\n\n## B `c` d\n\n[x](#b-c-d) `[y](gone.md)` [z](https://example.org/gone)\n",
    );
    expect(brokenLinks(own, withPages(own))).toEqual([]);
  });

  test("a page that nothing leads to", () => {
    const lost = withPages(parseDocument("docs/planted.md", "# A\n"));
    expect(unreachablePages(readNavigation(lost), lost)).toEqual(["docs/planted.md"]);
  });
});
