/** docs/schemas: the JSON Schema of what each command prints with --json, made from the types it is printed by (cli/json-documents.ts). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import TJS from "typescript-json-schema";
import { root } from "./command.mjs";

/** @typedef {import("typescript-json-schema").Definition} Schema */

/** Where the schema of a command's document is. @param {string} name */
export const schemaFile = (name) => join(root, "docs/schemas", `${name}.schema.json`);

/**
 * By command, each with only the definitions that it needs. It reads every type: some seconds.
 * @returns {Promise<Map<string, string>>}
 */
export async function makeJsonSchemas() {
  const settings = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    target: "es2023",
    module: "nodenext",
    moduleResolution: "nodenext",
  };
  const program = TJS.getProgramFromFiles([join(root, "cli/json-documents.ts")], settings, root);
  // What tsc finds is told by npm run check.
  const whole = TJS.generateSchema(program, "JsonDocuments", {
    required: true,
    noExtraProps: true,
    ignoreErrors: true,
  });
  if (!whole?.properties) throw new Error("cli/json-documents.ts has no JsonDocuments");
  const definitions = /** @type {Record<string, Schema>} */ (whole.definitions ?? {});
  const schemas = new Map();
  for (const [name, document] of Object.entries(whole.properties)) {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      title: `tunnelwright ${name} --json`,
      ...withOwnDefinitions(/** @type {Schema} */ (document), definitions),
    };
    schemas.set(name, await format(JSON.stringify(schema), { parser: "json", printWidth: 120 }));
  }
  return schemas;
}

/**
 * @param {Schema} document
 * @param {Record<string, Schema>} definitions
 */
function withOwnDefinitions(document, definitions) {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Record<string, unknown>} */
  const own = {};
  const schema = withNames(document);
  return Object.keys(own).length === 0 ? schema : { ...schema, definitions: own };

  /** @param {any} part @returns {any} */
  function withNames(part) {
    if (Array.isArray(part)) return part.map(withNames);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part)
        // What a comment says of a default is prose.
        .filter(([key, value]) => key !== "default" || typeof value !== "string")
        .map(([key, value]) =>
          key === "$ref"
            ? [key, `#/definitions/${nameOf(decodeURIComponent(value.slice("#/definitions/".length)))}`]
            : [key, withNames(value)],
        ),
    );
  }

  /** The compiler's name of a type has its file in it, or is the type itself. @param {string} long */
  function nameOf(long) {
    const known = names.get(long);
    if (known) return known;
    const short = /(?:^|\)\.)(\w+)$/.exec(long)?.[1] ?? "Shape";
    const taken = [...names.values()];
    const name =
      taken.includes(short) || short === "Shape"
        ? `${short}${taken.filter((each) => each.startsWith(short)).length + 1}`
        : short;
    names.set(long, name);
    own[name] = isMap(long, definitions[long]) ? { type: "object" } : withNames(definitions[long]);
    return name;
  }
}

/** The generator knows no keys of a map, and would allow none. @param {string} long @param {Schema | undefined} schema */
const isMap = (long, schema) => long.startsWith("Record<string,") && !schema?.properties;

if (process.argv[1] === import.meta.filename)
  for (const [name, text] of await makeJsonSchemas()) await writeFile(schemaFile(name), text);
