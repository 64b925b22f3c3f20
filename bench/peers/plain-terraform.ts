import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { areFull, frrFiles, plainHost, startFrr, vtyshOf, writePlainFrr, type MakePeer } from "./peer.ts";

const names = ["bench-peer-tf-r1", "bench-peer-tf-r2"];

/** Terraform with the Docker provider alone: what any lab of containers costs on this way. */
export const plainTerraform: MakePeer = ({ children, folder, image, terraform, dockerMirror }) => {
  const run = (...args: string[]) => children.run(terraform, args, { cwd: folder });
  return {
    name: "Terraform, Docker provider",
    does: "two plain containers of FRR on one link, OSPF between them; no GRE, no IPsec, no check",
    changed: null,
    async prepare() {
      writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack(image), null, 2));
      writePlainFrr(folder, "eth0", { addressed: false });
      await run("init", "-input=false", `-plugin-dir=${dockerMirror}`);
      return null;
    },
    up: () => run("apply", "-auto-approve", "-input=false"),
    isFull: () => areFull(children, names.map(vtyshOf)),
    down: () => run("destroy", "-auto-approve", "-input=false"),
  };
};

function stack(image: string): object {
  const container = (node: 1 | 2) => ({
    image,
    name: names[node - 1],
    entrypoint: ["/bin/sh"],
    command: ["-c", `${startFrr}; exec sleep infinity`],
    healthcheck: [{ test: ["NONE"] }],
    destroy_grace_seconds: 0,
    capabilities: [{ add: ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_SYS_ADMIN"] }],
    networks_advanced: [{ name: "${docker_network.link.name}", ipv4_address: plainHost(node) }],
    upload: frrFiles.map((file) => ({
      file: `/etc/frr/${file}`,
      source: `\${path.module}/r${node}/${file}`,
      source_hash: `\${filesha256("\${path.module}/r${node}/${file}")}`,
    })),
  });
  return {
    terraform: { required_providers: { docker: { source: "kreuzwerker/docker", version: ">= 3.6.2, < 5.0.0" } } },
    provider: { docker: {} },
    resource: {
      docker_network: {
        link: { name: "bench-peer-tf", ipam_config: [{ subnet: "10.99.1.0/24", gateway: "10.99.1.254" }] },
      },
      docker_container: { r1: container(1), r2: container(2) },
    },
  };
}
