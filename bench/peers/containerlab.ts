import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { areFull, firstLine, frrFiles, startFrr, vtyshOf, writePlainFrr, type MakePeer } from "./peer.ts";

const version = "0.79.0";
const names = ["clab-bench-peer-r1", "clab-bench-peer-r2"];

/**
 * containerlab from the Go module proxy, kept in the user's cache. Where the kernel has no /proc/modules it does not start; there,
 * and there alone, it is built with two changes, which the results name.
 */
export const containerlab: MakePeer = ({ children, folder, image }) => {
  const needsPatch = !existsSync("/proc/modules");
  const binary = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "tunnelwright/bench",
    `containerlab-${version}${needsPatch ? "-patched" : ""}`,
  );
  const run = (...args: string[]) =>
    children.run("env", ["CLAB_VERSION_CHECK=disable", binary, ...args, "-t", "lab.clab.json"], { cwd: folder });
  return {
    name: `containerlab ${version}`,
    does: "the same two containers of FRR on one link; no GRE, no IPsec, no check",
    changed: needsPatch
      ? "built with two changes: a missing /proc/modules counts as a kernel that has everything, and unprivileged nodes may write /proc/sys"
      : null,
    async prepare() {
      if (!existsSync(binary)) {
        try {
          await build(binary, needsPatch);
        } catch (error) {
          return `it could not be built: ${firstLine(error)}`;
        }
      }
      const node = (name: string) => ({
        kind: "linux",
        image,
        privileged: false,
        "cap-add": ["NET_ADMIN", "NET_RAW", "SYS_ADMIN"],
        entrypoint: "/bin/sleep",
        cmd: "infinity",
        binds: frrFiles.map((file) => `${name}/${file}:/etc/frr-given/${file}:ro`),
        exec: [`/bin/sh -c "cp /etc/frr-given/* /etc/frr/; ${startFrr}"`],
      });
      writePlainFrr(folder, "eth1", { addressed: true });
      const topology = {
        name: "bench-peer",
        mgmt: { network: "bench-peer-clab" },
        topology: { nodes: { r1: node("r1"), r2: node("r2") }, links: [{ endpoints: ["r1:eth1", "r2:eth1"] }] },
      };
      // YAML reads JSON.
      writeFileSync(join(folder, "lab.clab.json"), JSON.stringify(topology, null, 2));
      return null;
    },
    up: () => run("deploy"),
    isFull: () => areFull(children, names.map(vtyshOf)),
    down: () => run("destroy", "--cleanup"),
  };

  async function build(target: string, patched: boolean): Promise<void> {
    const source = join(folder, "source");
    const module = `github.com/srl-labs/containerlab@v${version}`;
    const { Dir } = JSON.parse(
      execFileSync("go", ["mod", "download", "-json", module], { cwd: folder, encoding: "utf8" }),
    ) as { Dir: string };
    cpSync(Dir, source, { recursive: true });
    execFileSync("chmod", ["-R", "u+w", source]);
    if (patched) {
      change(
        source,
        "utils/kernel_module.go",
        'f, err := os.Open("/proc/modules")\n',
        (line) => `${line}\tif os.IsNotExist(err) {\n\t\treturn true, nil\n\t}\n`,
      );
      change(
        source,
        "runtime/docker/docker.go",
        "\tif node.DNS != nil {\n",
        (line) =>
          `\tif !node.Privileged {\n\t\tcontainerHostConfig.MaskedPaths = []string{}\n\t\tcontainerHostConfig.ReadonlyPaths = []string{}\n\t\tcontainerHostConfig.SecurityOpt = append(containerHostConfig.SecurityOpt, "seccomp=unconfined")\n\t}\n${line}`,
      );
    }
    mkdirSync(join(target, ".."), { recursive: true });
    await children.run("go", ["build", "-o", target, "."], { cwd: source });
  }
};

/** Changes the one place in a file; throws where it is not as it was in that version. */
function change(source: string, file: string, place: string, changed: (place: string) => string): void {
  const path = join(source, file);
  const text = readFileSync(path, "utf8");
  if (text.split(place).length !== 2) throw new Error(`${file} is not as in containerlab ${version}`);
  writeFileSync(path, text.replace(place, changed(place)));
}
