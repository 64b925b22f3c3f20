/** Whoever reads what a command says may go before it ends: Terraform is then asked to end, and not left to die of its own next word. */
import { chmodSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { FakeEngine } from "../devices/fake-engine.ts";
import { makeFolder, startCli } from "./support.ts";

/** Has much to make and tells of it, as Terraform does; asked to end it writes how it was asked, and ends. */
const terraform = `#!/usr/bin/env node
import { writeFileSync } from "node:fs";
const say = (event) => console.log(JSON.stringify({ "@message": "", ...event }));
const network = (number) => ({ addr: "", resource_type: "docker_network", resource_name: "n" + number });
if (process.argv[2] === "init") process.exit(0);
process.stdout.on("error", () => process.exit(1));
process.once("SIGINT", () => {
  writeFileSync(process.env.TOLD, "SIGINT");
  process.exit(1);
});
say({ type: "planned_change", change: { action: "create", resource: network(1) } });
say({ type: "change_summary", changes: { operation: "plan", add: 1, change: 0, remove: 0 } });
setInterval(() => say({ type: "apply_start", hook: { action: "create", resource: network(1) } }), 20);
`;

test("Terraform is asked to end, and the exit code says interrupted", async () => {
  const folder = makeFolder();
  folder.write("cdktf.json", JSON.stringify({ app: "true" }));
  folder.write("cdktf.out/stacks/quiet/cdk.tf.json", "{}");
  folder.write("terraform.mjs", terraform);
  chmodSync(`${folder.path}/terraform.mjs`, 0o755);
  const engine = new FakeEngine();
  onTestFinished(() => engine.close());
  await engine.answers({ "GET /containers/json": [], "GET /networks": [] });
  const child = startCli(folder.path, ["down", "quiet"], {
    ...engine.options.env,
    TERRAFORM_BINARY_NAME: `${folder.path}/terraform.mjs`,
    TOLD: `${folder.path}/told`,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("is made")) child.stderr.destroy();
  });
  const code = await new Promise((ended) => child.once("exit", ended));
  expect(code, said).toBe(4);
  expect(folder.read("told")).toBe("SIGINT");
});
