/** Whoever reads what a command says may go before it ends: Terraform is then asked to end, and not left to die of its own next word. */
import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./support.ts";

/** Has much to make and tells of it, as Terraform does; asked to end it writes how it was asked, and ends. */
const terraform = `#!/usr/bin/env node
import { writeFileSync } from "node:fs";
const say = (event) => console.log(JSON.stringify({ "@message": "", ...event }));
const network = (number) => ({ addr: "", resource_type: "docker_network", resource_name: "n" + number });
if (process.argv[2] === "init") process.exit(0);
process.once("SIGINT", () => {
  writeFileSync(process.env.TOLD, "SIGINT");
  process.exit(1);
});
say({ type: "planned_change", change: { action: "create", resource: network(1) } });
say({ type: "change_summary", changes: { operation: "plan", add: 1, change: 0, remove: 0 } });
setInterval(() => say({ type: "apply_start", hook: { action: "create", resource: network(1) } }), 20);
`;

/** An engine that has nothing. */
async function emptyEngine(socket: string): Promise<void> {
  const server = createServer((_asked, answer) => answer.end("[]"));
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(socket, listening));
}

test("Terraform is asked to end, and the exit code says interrupted", async () => {
  const folder = makeFolder();
  folder.write("cdktf.json", JSON.stringify({ app: "true" }));
  folder.write("cdktf.out/stacks/quiet/cdk.tf.json", "{}");
  folder.write("terraform.mjs", terraform);
  chmodSync(`${folder.path}/terraform.mjs`, 0o755);
  await emptyEngine(`${folder.path}/engine`);
  const child = spawn(
    process.execPath,
    ["--import", resolve("node_modules/tsx/dist/esm/index.mjs"), resolve("cli/main.ts"), "down", "quiet"],
    {
      cwd: folder.path,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        DOCKER_HOST: `unix://${folder.path}/engine`,
        TERRAFORM_BINARY_NAME: `${folder.path}/terraform.mjs`,
        TOLD: `${folder.path}/told`,
      },
    },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("is made")) child.stderr.destroy();
  });
  const code = await new Promise((ended) => child.once("exit", ended));
  expect(code, said).toBe(4);
  expect(folder.read("told")).toBe("SIGINT");
});
