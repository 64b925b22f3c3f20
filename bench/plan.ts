/** npm run bench:plan: how long Terraform plans and applies the configurations of many routers that are far away. No router runs. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { providerAddress } from "../provider/schema/resources.ts";
import { Children } from "./children.ts";
import { openFarRouters } from "./far-routers.ts";
import { readSetUp, root } from "./set-up.ts";
import { wholeNumber } from "./statistics.ts";

const help = `npm run bench:plan -- [--routers N] [--latency-ms N] [--parallelism N]

Needs scripts/setup done. Applies, plans and destroys the configurations of that many routers. In their place an SSH server of the
bench answers, over a line with that latency (a round trip's), and each router is a connection of its own.
  --routers N      how many (200)
  --latency-ms N   of a round trip (20)
  --parallelism N  how many resources Terraform works on at once (10, as it does by itself)
`;

const { values } = parseArgs({
  options: {
    routers: { type: "string", default: "200" },
    "latency-ms": { type: "string", default: "20" },
    parallelism: { type: "string", default: "10" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) process.stdout.write(help);
else await measure();

async function measure(): Promise<void> {
  const routerCount = wholeNumber("--routers", values.routers, 1);
  const latencyMs = wholeNumber("--latency-ms", values["latency-ms"], 0);
  const parallelism = wholeNumber("--parallelism", values.parallelism, 1);
  const { terraform } = readSetUp();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tunnelwright-plan-")));
  const children = new Children();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => children.interrupt());
  const routers = await openFarRouters(latencyMs);
  try {
    const identityFile = join(folder, "key");
    writeFileSync(identityFile, routers.privateKey, { mode: 0o600 });
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack(routerCount, { ...routers, identityFile })));
    const seconds: Record<string, number> = {};
    const timed = async (name: string, args: readonly string[], more: readonly string[] = []): Promise<void> => {
      const began = performance.now();
      await children.run(terraform, [...args, "-input=false", ...more], { cwd: folder });
      seconds[name] = Number(((performance.now() - began) / 1000).toFixed(2));
    };
    const atOnce = [`-parallelism=${parallelism}`];
    await timed("init", ["init"], [`-plugin-dir=${join(root, "dist/plugins")}`]);
    await timed("plan, all new", ["plan"], atOnce);
    await timed("apply", ["apply", "-auto-approve"], atOnce);
    const before = routers.seen();
    await timed("plan, no change", ["plan", "-detailed-exitcode"], atOnce);
    const planned = {
      connections: routers.seen().connections - before.connections,
      mostAtOnce: routers.seen().mostAtOnce,
    };
    await timed("destroy", ["destroy", "-auto-approve"], atOnce);
    console.log(JSON.stringify({ routerCount, latencyMs, parallelism, load: loadavg()[0], seconds, planned }));
  } finally {
    routers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function stack(
  routerCount: number,
  { port, hostKey, identityFile }: { readonly port: number; readonly hostKey: string; readonly identityFile: string },
): object {
  const { source, version } = providerAddress;
  const texts = { sysctl: "", firewall: "", interfaces: "", ipsec: "", ipsec_secrets: "", routing: "", keepalive: "" };
  const routers = Array.from({ length: routerCount }, (_, index): [string, object] => {
    const node = `r${index + 1}`;
    return [node, { node, host: "127.0.0.1", port, identity_file: identityFile, host_key: hostKey, ...texts }];
  });
  return {
    terraform: { required_providers: { tunnelwright: { source, version } } },
    resource: { tunnelwright_router_config: Object.fromEntries(routers) },
  };
}
