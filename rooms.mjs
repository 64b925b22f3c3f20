// The map of rooms: what each top-level folder may import. Its order is the order of the flow; read it from top to bottom.
// builtins: true = any Node built-in, a list = only those, false = none.   packages: the npm packages it may name.
// The check (.dependency-cruiser.mjs), the test (test/architecture.test.ts) and the drawing (docs/architecture.md) come from here.
export const rooms = {
  model: {
    may: [],
    builtins: false,
    packages: ["zod", "ip-address"],
    why: "the network on paper: declaration, arithmetic, predictions, findings, verdicts. Pure, so that it can be read and proved without a router",
  },
  dialects: {
    may: ["model"],
    builtins: false,
    packages: [],
    why: "model to device text and back. Pure, so that golden files tell the whole truth",
  },
  plan: {
    may: ["model", "dialects"],
    builtins: false,
    packages: [],
    why: "the pure half on one page: declaration to predictions, texts and checks",
  },
  constructs: {
    may: ["model", "plan", "provider"],
    builtins: ["node:fs", "node:path"],
    packages: ["cdktf", "constructs", "@cdktf/provider-docker"],
    why: "plan to Terraform. Synth opens no socket; from provider/ it takes the schema objects, and how a mirror is laid",
  },
  labs: {
    may: ["constructs"],
    builtins: false,
    packages: ["cdktf", "constructs"],
    why: "what a user writes: public API only",
  },
  devices: {
    may: ["model"],
    builtins: true,
    packages: ["ssh2"],
    why: "the only room that speaks SSH, and to the Docker engine",
  },
  capture: {
    may: ["model"],
    builtins: false,
    packages: ["ip-address"],
    why: "bytes to packets. Pure: it is handed bytes",
  },
  checks: {
    may: ["model", "dialects", "capture"],
    builtins: false,
    packages: [],
    why: "prediction against evidence. It is handed sessions and a clock; it opens none",
  },
  demos: {
    may: ["model", "dialects", "capture", "checks"],
    builtins: false,
    packages: [],
    why: "stories: what is predicted, driven, and seen, step by step. Handed sessions and a clock, as checks are",
  },
  provider: {
    may: ["model", "dialects", "devices", "checks", "capture"],
    builtins: true,
    packages: ["@grpc/grpc-js", "@msgpack/msgpack", "@bufbuild/protobuf"],
    why: "Terraform's side: desired state to running routers",
  },
  reports: {
    may: ["model"],
    builtins: false,
    packages: ["preact", "preact-render-to-string", "@dagrejs/dagre"],
    why: "results to text. It reads results and nothing else",
  },
  testing: {
    may: ["model", "dialects", "plan", "constructs", "devices", "capture", "checks", "demos", "provider", "reports"],
    builtins: true,
    packages: ["vitest", "execa", "cdktf"],
    why: "the users' test kit: labs that stand while tests run; it calls the command line as a user does",
  },
  cli: {
    may: ["model", "dialects", "plan", "devices", "capture", "checks", "demos", "provider", "reports"],
    builtins: true,
    packages: ["commander", "execa", "listr2", "@bomb.sh/tab"],
    why: "arguments in, exit code out; it runs the app and reads plan.json, it never imports a lab",
  },
};

/** Folders that are not rooms: nobody imports from them. */
export const besideRooms = [
  "test",
  "scripts",
  "images",
  "docs",
  "bench",
  "examples",
  "dist",
  "coverage",
  "node_modules",
  "cdktf.out",
  "site",
];
