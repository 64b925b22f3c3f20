/** The provider's pages for Terraform's registry are what its schema says, and a schema that says too little makes none. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LabProvider } from "../../../provider/lab-provider.ts";
import { t } from "../../../provider/schema/attributes.ts";
import { defineResource, type ProviderDefinition } from "../../../provider/sdk/definitions.ts";
import { tunnelwrightProvider } from "../../../provider/tunnelwright-provider.ts";
import { providerPageFolders, providerPages } from "../../../scripts/write-provider-pages.mjs";

const docs = join(import.meta.dirname, "../../../docs");

test("the pages are what scripts/write-provider-pages.mjs writes, and there are no others", () => {
  const paths = providerPageFolders.flatMap((folder) =>
    readdirSync(join(docs, folder)).map((name) => `${folder}/${name}`),
  );
  const written = Object.fromEntries(
    ["index.md", ...paths].map((path) => [path, readFileSync(join(docs, path), "utf8")]),
  );
  expect(written).toEqual(providerPages());
});

test("each is in the registry's form: front matter, an example, the schema", () => {
  const pages = Object.entries(providerPages());
  expect(pages.length).toBe(10);
  for (const [path, text] of pages) {
    expect(text, path).toMatch(
      /^---\npage_title: ".+ - tunnelwright"\nsubcategory: ""\ndescription: \|-\n {2}\S.*\n---\n/,
    );
    expect(text, path).toMatch(/## Example Usage\n\n```terraform\n/);
    expect(text, path).toMatch(path.startsWith("functions/") ? /## Signature/ : /## Schema/);
  }
});

test("flags of an attribute are told: what must be given, what is kept nowhere, what is taken when it is left out", () => {
  const page = providerPages()["resources/router_config.md"]!;
  const [, required = "", optional = "", readOnly = ""] = page.split(/### (?:Required|Optional|Read-Only)\n/);
  expect(required).toContain("- `host_key` (String)");
  expect(optional).toMatch(/- `pre_shared_keys_wo` \(Map of String, \[Write-only\]/);
  expect(optional).toContain("Default: `22`.");
  expect(readOnly).toContain("- `revision` (String)");
  expect(providerPages()["ephemeral-resources/pre_shared_key.md"]).toContain("- `value` (String, Sensitive)");
});

const withResource = (name: string, attributes: Parameters<typeof defineResource>[0]["attributes"]) =>
  providerPages({
    ...tunnelwrightProvider,
    resources: {
      ...tunnelwrightProvider.resources,
      [name]: { ...tunnelwrightProvider.resources.tunnelwright_verification!, attributes },
    },
  } satisfies ProviderDefinition<LabProvider>);

test("an attribute without a description is caught, inside another one too", () => {
  expect(() =>
    withResource("tunnelwright_planted", {
      told: t.string({ description: "Told.", required: true }),
      untold: t.string({ description: "", required: true }),
      inside: t.object({ untold: t.string({ description: "" }) }, { description: "Told." }),
    }),
  ).toThrow("tunnelwright_planted: untold has no description\ntunnelwright_planted.inside: untold has no description");
});

test("a resource without an example is caught", () => {
  expect(() => withResource("tunnelwright_planted", {})).toThrow(
    "examples/resources/tunnelwright_planted/resource.tf is not there",
  );
});
