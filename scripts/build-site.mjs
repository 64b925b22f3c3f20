#!/usr/bin/env -S node --import tsx
// `npm run docs`: builds the documentation as a site into site/, which any static server, or a browser by file://, shows.
import { join } from "node:path";
import { buildSite } from "./site/build-site.ts";
import { root } from "./site/documents.ts";

const folder = join(root, "site");
const count = await buildSite(folder, { withApi: true });
console.log(`${count} pages, and the API: ${join(folder, "index.html")}`);
