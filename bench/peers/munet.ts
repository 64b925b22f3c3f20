import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Children } from "../children.ts";
import { areFull, firstLine, writePlainFrr, type MakePeer } from "./peer.ts";

const version = "0.17.3";
const image = `tunnelwright/bench-munet:${version}`;
const wheel = `munet-${version}-py3-none-any.whl`;
const container = "bench-peer-munet";
const nodes = ["r1", "r2"] as const;
/** FRR's own name for several routers in one file system. */
const vtyshIn = (node: string): readonly string[] => [container, "vtysh", "-N", node];

/**
 * munet from PyPI, in a container with Debian's FRR and Python: its nodes are namespaces of that container, not containers. The image
 * is made once, and stays in the engine.
 */
export const munet: MakePeer = ({ children, folder }) => ({
  name: `munet ${version}`,
  does: "the same two FRR on one link, as namespaces of one container, which is started and removed with them; no GRE, no IPsec, no check",
  changed: null,
  async prepare() {
    const there = await children.run("docker", ["images", "--quiet", image], { cwd: folder });
    if (there.trim() === "")
      try {
        await build(children, folder);
      } catch (error) {
        return `its image could not be built: ${firstLine(error)}`;
      }
    writePlainFrr(folder, "eth1", { addressed: true });
    writeFileSync(join(folder, "munet.json"), JSON.stringify(topology(), null, 2));
    return null;
  },
  async up() {
    // What munet needs to make namespaces, and to enter them.
    const capabilities = ["SYS_ADMIN", "NET_ADMIN", "NET_RAW", "SYS_PTRACE", "SYS_NICE"];
    const unconfined = ["seccomp", "apparmor", "systempaths"];
    await children.run(
      "docker",
      [
        ...["run", "--detach", "--init", "--name", container, "--network", "none", "--volume", `${folder}:/lab:ro`],
        ...capabilities.flatMap((name) => ["--cap-add", name]),
        ...unconfined.flatMap((name) => ["--security-opt", `${name}=unconfined`]),
        ...[image, "python3", "-m", "munet", "-c", "/lab/munet.json", "-d", "/run/munet", "--no-cli"],
      ],
      { cwd: folder },
    );
    // The one wait for all of them: a node says that its FRR has been started.
    const started = nodes.map((node) => `[ -e /run/started.${node} ]`).join(" && ");
    const wait = `n=0; until ${started}; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; sleep 0.05; done`;
    await children.run("docker", ["exec", container, "sh", "-c", wait], { cwd: folder });
  },
  isFull: () => areFull(children, nodes.map(vtyshIn)),
  down: () => children.run("docker", ["rm", "--force", container], { cwd: folder }),
});

/** Debian's packages, and munet's wheel among them, which is Python alone. */
async function build(children: Children, folder: string): Promise<void> {
  const wheels = join(folder, "wheels");
  mkdirSync(wheels);
  await children.run("python3", ["-m", "pip", "download", `munet==${version}`, "--no-deps", "--dest", wheels], {
    cwd: folder,
  });
  const python = ["python3", "python3-yaml", "python3-jsonschema", "python3-pexpect", "python3-deepdiff"];
  const packages = ["frr", ...python, "iproute2", "procps", "util-linux"].join(",");
  const modules = "/usr/lib/python3/dist-packages";
  const root = join(folder, "root.tar");
  await children.run(
    "mmdebstrap",
    [
      ...["--quiet", "--mode=root", "--variant=minbase", "--skip=check/canmount", `--include=${packages}`],
      '--aptopt=Apt::Install-Recommends "false"',
      `--customize-hook=copy-in ${join(wheels, wheel)} /tmp`,
      `--customize-hook=chroot "$1" python3 -m zipfile -e /tmp/${wheel} ${modules}`,
      // The archive of a wheel does not say which of its files are programs.
      `--customize-hook=chroot "$1" sh -c "chmod +x ${modules}/munet/*.py && rm /tmp/${wheel}"`,
      ...["bookworm", root],
    ],
    { cwd: folder },
  );
  await children.run("docker", ["import", root, image], { cwd: folder });
}

/** Of two nodes on one network. */
function topology(): object {
  const command = (node: string): string =>
    [
      `mkdir -p /etc/frr/${node} /run/frr/${node}`,
      `cp /lab/${node}/* /etc/frr/${node}/`,
      `chown -R frr:frr /etc/frr/${node} /run/frr/${node}`,
      `/usr/lib/frr/frrinit.sh start ${node}`,
      `touch /run/started.${node}`,
      "exec sleep infinity",
    ].join("\n");
  return {
    version: 1,
    topology: {
      networks: [{ name: "net0" }],
      nodes: nodes.map((name) => ({
        name,
        connections: [{ to: "net0", name: "eth1" }],
        shell: "/bin/sh",
        cmd: command(name),
      })),
    },
  };
}
