/** The main job, for real: the lab of labs/gre-over-ipsec.ts is deployed, verified, changed, harmed, healed and destroyed. */
import { execa } from "execa";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runResultSchema, type RunResult } from "../../model/run-result.ts";
import { claimLab, releaseLab } from "./claim-lab.ts";
import { describeImpairedLink } from "./impaired-link.ts";
import { askEngine, dockerLeftovers, labPlaces, onNode, processesNaming, root, run } from "./lab-commands.ts";
import { WatchedRun } from "./secret-scan.ts";

const lab = "gre-over-ipsec";
const places = labPlaces(lab);
const editedApp = join(root, ".tunnelwright/edited-app.ts");

// From the deploy on: what is traced and sampled is searched for secrets.
const watched = new WatchedRun(lab);
const terraform = (...args: string[]) => run("terraform", args, { cwd: places.stack });
const latestResult = (): RunResult => runResultSchema.parse(JSON.parse(readFileSync(places.latestResult, "utf8")));
const verdicts = (result: RunResult) => Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict]));
const untilNotFull =
  "for i in $(seq 1 60); do vtysh -d ospfd -c 'show ip ospf neighbor' | grep -q Full || exit 0; sleep 0.5; done; exit 1";
const identityOfRouters = async () =>
  Promise.all(
    ["r1", "r2"].map((node) =>
      onNode(
        lab,
        node,
        "cat /run/tunnelwright/daemons/*.pid; swanctl --list-sas | grep -o 'tunnel0: #[0-9]*, ESTABLISHED'; hostname; cut -d. -f1 /proc/sys/kernel/random/boot_id",
      ),
    ),
  );

beforeAll(async () => {
  await claimLab(lab);
  const deployed = await watched.command("npx", ["cdktf", "deploy", lab, "--auto-approve"]);
  expect(deployed.exitCode, deployed.all).toBe(0);
});

afterAll(async () => {
  watched.end();
  rmSync(editedApp, { force: true });
  // Whatever a failed test left; the last test has destroyed the lab already when all went well.
  if ((await dockerLeftovers(lab)).length > 0) await run("npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  await releaseLab(lab);
});

test("every check passed, and each number measured is the number predicted", () => {
  const result = latestResult();
  expect(verdicts(result)).toEqual(Object.fromEntries(result.checks.map(({ id }) => [id, "pass"])));
  expect(result.checks.map(({ kind }) => kind)).toEqual([
    "clocks",
    "underlay",
    "icmp",
    "fail-closed",
    "ike-sa",
    "child-sa",
    "ends-agree",
    "tunnel-up",
    "ospf-full",
    "path-mtu",
    "tcp-mss",
    "wire",
  ]);
  expect(result.checks.flatMap(({ facts }) => facts).filter((fact) => !fact.agrees)).toEqual([]);
  expect(Object.keys(result.kernels)).toHaveLength(5);
  for (const kernel of Object.values(result.kernels)) expect(kernel).toMatch(/^(uml|host) \d+\.\d+/);
});

test("a second plan finds nothing to do", async () => {
  const plan = await terraform("plan", "-detailed-exitcode", "-no-color", "-input=false");
  expect(plan.exitCode, plan.all).toBe(0);
  expect(plan.stdout).toContain("No changes");
});

test("the engine gave no container more than docs/threat-model.md says", async () => {
  interface Inspected {
    readonly HostConfig: Record<string, unknown>;
    readonly Mounts: readonly unknown[];
  }
  for (const node of ["r1", "r2", "h1", "h2", "isp"]) {
    const { HostConfig: given, Mounts } = JSON.parse(
      await askEngine("GET", `/containers/tw-${lab}-${node}/json`),
    ) as Inspected;
    expect(given, node).toMatchObject({
      Privileged: false,
      CapAdd: ["CAP_NET_ADMIN"],
      Tmpfs: { "/dev/shm": "rw,exec,size=256m" },
      RestartPolicy: { Name: "no" },
    });
    // What is null, empty or "private" is the container's own: nothing of the machine is lent.
    const lent = [
      "Binds",
      "Devices",
      "DeviceRequests",
      "SecurityOpt",
      "VolumesFrom",
      "PortBindings",
      "PidMode",
      "UTSMode",
    ];
    for (const part of lent) expect(Object.values(given[part] ?? {}), `${node}: ${part}`).toEqual([]);
    expect(["private", "shareable", ""], node).toContain(given.IpcMode);
    expect(given.NetworkMode, node).not.toBe("host");
    expect(Mounts, node).toEqual([]);
  }
});

test("no secret is outside its own file", async () => {
  const { report } = await watched.scan();
  watched.end();
  expect(report).toMatchObject({ leaks: [], unread: [], problems: [], notAtHome: [] });
});

test("a capture has each packet once, also what its node sends", async () => {
  const words = ["capture", lab, "r1-inside", "--on", "r1", "-c", "6", "icmp"];
  const capture = execa("node", ["dist/cli/main.js", ...words], { cwd: root, reject: false });
  await new Promise<void>((resolve) => {
    capture.stderr.on("data", (data: Buffer) => data.includes("Listening on") && resolve());
  });
  // r1 hears three requests, and sends three answers.
  await onNode(lab, "h1", "ping -c 3 -i 0.2 192.168.10.1");
  const { exitCode, stdout } = await capture;
  expect(exitCode).toBe(0);
  const seen = [...stdout.matchAll(/echo (request|reply), id \d+, seq (\d+)/g)].map(
    ([, kind, seq]) => `${kind} ${seq}`,
  );
  expect(seen).toEqual(["request 1", "reply 1", "request 2", "reply 2", "request 3", "reply 3"]);
});

describeImpairedLink(lab);

test("a changed ip mtu is one line of the plan, is pushed, and restarts nothing", async () => {
  const before = await identityOfRouters();
  const source = readFileSync(join(root, "labs/gre-over-ipsec.ts"), "utf8");
  const edited = source.replace("ipMtuBytes: 1442", "ipMtuBytes: 1400");
  expect(edited).not.toBe(source);
  writeFileSync(
    editedApp,
    `${edited}\nimport { App as EditedApp } from "cdktf";\nconst edited = new EditedApp();\ngreOverIpsec(edited);\nedited.synth();\n`,
  );
  const synth = await run("npx", ["cdktf", "synth", "--app", "node --import tsx .tunnelwright/edited-app.ts"]);
  expect(synth.exitCode, synth.all).toBe(0);
  const plan = (await terraform("plan", "-no-color", "-input=false")).stdout;
  expect(plan).toContain("- link set dev tunnel0 mtu 1442 up");
  expect(plan).toContain("+ link set dev tunnel0 mtu 1400 up");
  expect(plan).toContain("0 to add, 3 to change, 0 to destroy");
  const applied = await terraform("apply", "-auto-approve", "-no-color", "-input=false");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(verdicts(latestResult())["tunnel0/path-mtu"]).toBe("pass");
  expect(await identityOfRouters()).toEqual(before);
});

test("a tunnel changed by hand fails the checks, shows as a line of the plan, and is healed", async () => {
  await onNode(lab, "r1", "ip link set dev tunnel0 mtu 1300");
  // ospfd gives the adjacency up when it hears of it.
  await onNode(lab, "r1", untilNotFull);
  const verified = await run("node", ["dist/cli/main.js", "verify", lab, "--patience", "5"]);
  expect(verified.exitCode, verified.all).toBe(1);
  const result = latestResult();
  expect(result.verdict).toBe("fail");
  expect(verdicts(result)).toMatchObject({
    "tunnel0/child-sa": "pass",
    "tunnel0/ends-agree": "fail",
    "tunnel0/tunnel-up": "pass",
    "tunnel0/ospf-full": "fail",
    "tunnel0/wire": "unknown",
  });
  expect(result.checks.find(({ id }) => id === "tunnel0/wire")?.blockedBy).toEqual(["tunnel0/ospf-full"]);
  const plan = (await terraform("plan", "-no-color", "-input=false")).stdout;
  expect(plan).toContain("- link set dev tunnel0 mtu 1300 up");
  expect(plan).toContain("+ link set dev tunnel0 mtu 1400 up");
  const healed = await terraform("apply", "-auto-approve", "-no-color", "-input=false");
  expect(healed.exitCode, healed.all).toBe(0);
  expect(latestResult().verdict).toBe("pass");
});

test("a router that restarts comes back with its configuration", async () => {
  await askEngine("POST", `/containers/tw-${lab}-r1/restart?t=5`);
  const verified = await run("node", ["dist/cli/main.js", "verify", lab]);
  expect(verified.exitCode, verified.all).toBe(0);
  const plan = await terraform("plan", "-detailed-exitcode", "-no-color", "-input=false");
  expect(plan.exitCode, plan.all).toBe(0);
});

test("destroy leaves no container, network, process or file of the lab", async () => {
  const destroyed = await run("npx", ["cdktf", "destroy", lab, "--auto-approve"]);
  expect(destroyed.exitCode, destroyed.all).toBe(0);
  expect(await dockerLeftovers(lab)).toEqual([]);
  // Terraform's own, empty: it writes it after everything else.
  expect(readdirSync(places.directory).filter((name) => !name.startsWith("terraform.tfstate"))).toEqual([]);
  expect(
    (JSON.parse(readFileSync(join(places.directory, "terraform.tfstate"), "utf8")) as { resources: unknown[] })
      .resources,
  ).toEqual([]);
  expect(processesNaming("terraform-provider-tunnelwright")).toEqual([]);
});
