#!/usr/bin/env -S node --import tsx
// Writes the provider's pages in the form that Terraform's registry reads: docs/index.md, docs/resources, docs/data-sources,
// docs/ephemeral-resources and docs/functions, from the provider's own schema and from examples/, which tests run.
// Run with `node --import tsx scripts/write-provider-pages.mjs` after one changed; a unit test fails when a page is stale.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { tunnelwrightProvider } from "../provider/tunnelwright-provider.ts";

const root = new URL("../", import.meta.url);
const name = "tunnelwright";
/** The folders that hold these pages alone. */
export const providerPageFolders = ["resources", "data-sources", "ephemeral-resources", "functions"];

/** @typedef {import("../provider/schema/attributes.ts").Attribute} Attribute */
/** @typedef {import("../provider/schema/attributes.ts").Attributes} Attributes */
/** @typedef {import("../provider/schema/attributes.ts").CtyType} CtyType */
/** @typedef {{ readonly attributes: Attributes, readonly description?: string, readonly import?: unknown }} Described */

/**
 * What the registry shows of a provider: path below docs/ → text.
 * @param {typeof tunnelwrightProvider} provider
 * @throws Error naming every object, attribute and parameter without a description, and every example that is not there.
 */
export function providerPages(provider = tunnelwrightProvider) {
  const { resources, dataSources = {}, ephemeral = {}, functions = {} } = provider;
  const faults = [
    ...Object.entries({ ...resources, ...dataSources, ...ephemeral }).flatMap(([each, described]) => [
      ...(described.description ? [] : [`${each} has no description`]),
      ...undescribed(each, described.attributes),
    ]),
    ...Object.entries(functions).flatMap(([each, { summary, parameters }]) => [
      ...(summary ? [] : [`${each} has no summary`]),
      ...parameters.filter(({ description }) => !description).map((one) => `${each}: ${one.name} has no description`),
    ]),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const pagesOf = (/** @type {string} */ folder, /** @type {Record<string, any>} */ things, /** @type {any} */ page) =>
    Object.entries(things).map(([each, thing]) => [`${folder}/${each.replace(`${name}_`, "")}.md`, page(each, thing)]);
  return Object.fromEntries([
    ["index.md", indexPage(provider)],
    ...pagesOf("resources", resources, (/** @type {string} */ each, /** @type {Described} */ thing) =>
      objectPage(each, "Resource", thing, `examples/resources/${each}`, "resource.tf"),
    ),
    ...pagesOf("data-sources", dataSources, (/** @type {string} */ each, /** @type {Described} */ thing) =>
      objectPage(each, "Data Source", thing, `examples/data-sources/${each}`, "data-source.tf"),
    ),
    ...pagesOf("ephemeral-resources", ephemeral, (/** @type {string} */ each, /** @type {Described} */ thing) =>
      objectPage(each, "Ephemeral Resource", thing, `examples/ephemeral-resources/${each}`, "ephemeral-resource.tf"),
    ),
    ...pagesOf("functions", functions, functionPage),
  ]);
}

/**
 * @param {string} place
 * @param {Attributes} attributes
 * @returns {string[]}
 */
function undescribed(place, attributes) {
  return Object.entries(attributes).flatMap(([each, { options, nested }]) => [
    ...(options.description ? [] : [`${place}: ${each} has no description`]),
    ...(nested ? undescribed(`${place}.${each}`, nested.attributes) : []),
  ]);
}

/** @param {typeof tunnelwrightProvider} provider */
function indexPage({ resources, dataSources = {}, ephemeral = {}, functions = {} }) {
  const list = (/** @type {string} */ folder, /** @type {Record<string, any>} */ things) =>
    Object.entries(things)
      .map(([each, { description, summary }]) => {
        const first = (description ?? summary).split(/(?<=\.) /)[0].replace(/\.$/, "");
        return `- [${each}](${folder}/${each.replace(`${name}_`, "")}.md): ${first}`;
      })
      .join("\n");
  return `${frontMatter(`${name} Provider`, "GRE tunnels and IPsec between routers in containers: configured over SSH, proved on the wire.")}
# ${name} Provider

GRE tunnels and IPsec between routers in containers: configured over SSH, proved on the wire. What the provider is, how it is installed
and what it logs is told in [provider.md](provider.md); the constructs write all of this for you.

These pages are in the form that Terraform's registry reads, written by scripts/write-provider-pages.mjs from the provider's schema and
from [examples/](../examples).

## Example Usage

${fenced("terraform", example("examples/provider/provider.tf"))}

## Schema

The provider's block takes nothing.

## Resources

${list("resources", resources)}

## Data Sources

${list("data-sources", dataSources)}

## Ephemeral Resources

${list("ephemeral-resources", ephemeral)}

## Functions

${list("functions", functions)}
`;
}

/**
 * @param {string} each
 * @param {string} kind
 * @param {Described} thing
 * @param {string} folder
 * @param {string} file
 */
function objectPage(each, kind, thing, folder, file) {
  const { attributes, description = "" } = thing;
  const importing = thing.import ? `\n## Import\n\n${fenced("sh", example(`${folder}/import.sh`))}\n` : "";
  return `${frontMatter(`${each} ${kind}`, description)}
# ${each} (${kind})

${description}

## Example Usage

${fenced("terraform", example(`${folder}/${file}`))}

## Schema

${schema(attributes, 3)}
${nestedSchemas(attributes)}${importing}`;
}

/**
 * @param {string} each
 * @param {import("../provider/sdk/definitions.ts").FunctionDefinition} definition
 */
function functionPage(each, { summary, parameters, returns }) {
  const signature = `${each}(${parameters.map((one) => `${one.name} ${typeName(one.type).toLowerCase()}`).join(", ")}) ${typeName(returns).toLowerCase()}`;
  return `${frontMatter(`${each} function`, `${summary}.`)}
# function: ${each}

${summary}.

## Example Usage

${fenced("terraform", example(`examples/functions/${each}/function.tf`))}

## Signature

${fenced("text", signature)}

## Arguments

${parameters.map((one, index) => `${index + 1}. \`${one.name}\` (${typeName(one.type)}) ${one.description}`).join("\n")}
`;
}

/**
 * @param {string} title
 * @param {string} description
 */
function frontMatter(title, description) {
  return `---
page_title: "${title} - ${name}"
subcategory: ""
description: |-
  ${description}
---
`;
}

/**
 * @param {Attributes} attributes
 * @param {number} depth
 */
function schema(attributes, depth) {
  const groups = /** @type {const} */ (["Required", "Optional", "Read-Only"]);
  return groups
    .flatMap((group) => {
      const lines = Object.entries(attributes)
        .filter(([, attribute]) => groupOf(attribute) === group)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([each, attribute]) => attributeLine(each, attribute));
      return lines.length === 0 ? [] : [`${"#".repeat(depth)} ${group}\n\n${lines.join("\n")}\n`];
    })
    .join("\n");
}

/** @param {Attributes} attributes */
function nestedSchemas(attributes) {
  return Object.entries(attributes)
    .flatMap(([each, { nested }]) =>
      nested ? [`\n### Nested Schema for \`${each}\`\n\n${schema(nested.attributes, 4)}`] : [],
    )
    .join("");
}

/** As Terraform hears it (provider/sdk/wire-schema.ts). @param {Attribute} attribute */
function groupOf({ options: { required, optional, computed, default: fallback } }) {
  if (required) return "Required";
  return optional || !computed || fallback !== undefined ? "Optional" : "Read-Only";
}

/**
 * @param {string} each
 * @param {Attribute} attribute
 */
function attributeLine(each, { type, nested, options }) {
  const { description, sensitive, writeOnly, deprecated, replace, default: fallback } = options;
  const kind = nested
    ? { single: "Attributes", list: "Attributes List", map: "Attributes Map" }[nested.nesting]
    : typeName(type);
  const marks = [
    kind,
    ...(sensitive ? ["Sensitive"] : []),
    ...(writeOnly
      ? ["[Write-only](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only)"]
      : []),
    ...(deprecated ? ["Deprecated"] : []),
  ];
  return [
    `- \`${each}\` (${marks.join(", ")}) ${description}`,
    ...(fallback === undefined ? [] : [`Default: \`${JSON.stringify(fallback)}\`.`]),
    ...(replace ? ["A change makes a new object."] : []),
    ...(nested ? [`(see [below](#nested-schema-for-${each}))`] : []),
  ].join(" ");
}

/**
 * @param {CtyType} type
 * @returns {string}
 */
function typeName(type) {
  if (typeof type === "string") return { string: "String", number: "Number", bool: "Boolean" }[type];
  const [kind, element] = type;
  if (kind === "object") return "Object";
  return `${{ list: "List", set: "Set", map: "Map" }[kind]} of ${typeName(/** @type {CtyType} */ (element))}`;
}

/** @param {string} path */
function example(path) {
  if (!existsSync(new URL(path, root)))
    throw new Error(`${path} is not there: every page shows an example that is run`);
  return readFileSync(new URL(path, root), "utf8").trimEnd();
}

/**
 * @param {string} language
 * @param {string} text
 */
function fenced(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = providerPages();
  const docs = new URL("docs/", root);
  for (const folder of providerPageFolders) {
    mkdirSync(new URL(folder, docs), { recursive: true });
    for (const each of readdirSync(new URL(folder, docs)))
      if (!(`${folder}/${each}` in pages)) rmSync(new URL(`${folder}/${each}`, docs));
  }
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(fileURLToPath(new URL(path, docs))), { recursive: true });
    writeFileSync(new URL(path, docs), text);
  }
}
