// The rules are generated from rooms.mjs; nothing about a single room is written here.
// Never set the option tsConfig: with it the bare import "constructs" (the npm package) resolves to our own folder.
import { rooms } from "./rooms.mjs";

const npmTypes = ["npm", "npm-dev", "npm-no-pkg", "npm-peer", "npm-optional", "npm-bundled", "npm-unknown"];
const escape = (text) => text.replaceAll("/", "[/]").replaceAll(".", "[.]");
const listOr = (items, none) => (items.length ? items.join(", ") : none);

const roomRules = Object.entries(rooms).flatMap(([room, { may, builtins, packages, why }]) => {
  const from = { path: `^${room}/` };
  const rules = [
    {
      name: `${room}-imports`,
      severity: "error",
      comment: `${room}/ may import ${listOr(
        may.map((m) => `${m}/`),
        "no other room",
      )}: ${why}. Move the code, or hand the thing in as an argument.`,
      from,
      to: {
        path: "^(?!node_modules/)",
        pathNot: `^(${[room, ...may].join("|")})/`,
        dependencyTypesNot: [...npmTypes, "core"],
      },
    },
    {
      name: `${room}-packages`,
      severity: "error",
      comment: `${room}/ may name ${listOr(packages, "no npm package")}: ${why}.`,
      from,
      to: {
        dependencyTypes: npmTypes,
        ...(packages.length ? { pathNot: `node_modules/(@types/)?(${packages.map(escape).join("|")})/` } : {}),
      },
    },
  ];
  if (builtins !== true)
    rules.push({
      name: `${room}-builtins`,
      severity: "error",
      comment: `${room}/ may use ${builtins ? builtins.join(", ") : "no file, socket, process or clock"}: ${why}.`,
      from,
      to: {
        dependencyTypes: ["core"],
        ...(builtins ? { pathNot: `^(node:)?(${builtins.map((b) => b.replace("node:", "")).join("|")})(/|$)` } : {}),
      },
    });
  return rules;
});

export default {
  forbidden: [
    ...roomRules,
    {
      name: "no-circular",
      severity: "error",
      comment: "Two modules that need each other are one module, or hide a third.",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-import-of-test",
      severity: "error",
      comment: "Nothing that ships imports a test, a script or a bench.",
      from: { pathNot: "^(test|scripts|bench)/" },
      to: { path: "^(test|scripts|bench)/" },
    },
    {
      name: "doors",
      severity: "error",
      comment: "labs/, examples/ and main.ts enter constructs/ by its index, as a user does.",
      from: { path: "^(labs/|examples/|main[.]ts$)" },
      to: { path: "^constructs/", pathNot: "^constructs/index[.]ts$" },
    },
    {
      name: "schema-door",
      severity: "error",
      comment:
        "constructs/ takes from provider/ the schema objects (provider/schema/) and how a mirror is laid (provider/mirror/): never the code that speaks gRPC or SSH.",
      from: { path: "^constructs/" },
      to: { path: "^provider/", pathNot: "^provider/(schema|mirror)/" },
    },
    {
      name: "provider-mirror-stands-alone",
      severity: "error",
      comment:
        "provider/mirror/ is files and folders: it imports Node's own modules and itself, so that a synth loads no gRPC.",
      from: { path: "^provider/mirror/" },
      to: { path: "/", pathNot: "^provider/mirror/" },
    },
    {
      name: "provider-schema-is-data",
      severity: "error",
      comment: "provider/schema/ is data: it imports model/ and itself, so that a synth loads no gRPC.",
      from: { path: "^provider/schema/" },
      to: { pathNot: "^(provider/schema|model)/" },
    },
    {
      name: "not-to-unresolvable",
      severity: "error",
      comment: "Every import resolves.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
