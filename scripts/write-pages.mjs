#!/usr/bin/env -S node --import tsx
// `npm run docs:write`: writes every page anew that comes from the sources. Those that come from a long run (the matrix, the failover
// windows) are written by the scripts that are told in them.
import { execFileSync } from "node:child_process";

for (const page of [
  "architecture-map",
  "cli-page",
  "fault-page",
  "ios-page",
  "json-schemas",
  "lab-page",
  "packet-pictures",
  "provider-pages",
  "rule-pages",
  "survival-page",
])
  execFileSync(process.execPath, ["--import", "tsx", `scripts/write-${page}.mjs`], { stdio: "inherit" });
