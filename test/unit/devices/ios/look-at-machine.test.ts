/** What the machine is seen to have, with files and an engine of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lookAtMachine } from "../../../../devices/ios/look-at-machine.ts";

async function openEngine(images: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tunnelwright-engine-"));
  const socket = join(folder, "docker.sock");
  const server = createServer((request, response) => {
    const image = decodeURIComponent(/^\/images\/(.*)\/json$/.exec(request.url ?? "")?.[1] ?? "");
    const isThere = images.includes(image);
    response.writeHead(isThere ? 200 : 404).end(JSON.stringify(isThere ? {} : { message: `No such image: ${image}` }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "meminfo"), "MemTotal: 9 kB\nMemAvailable:    2097152 kB\n");
  writeFileSync(join(folder, "kvm"), "");
  return folder;
}

test("KVM, memory and the image, there and not", async () => {
  const folder = await openEngine(["vrnetlab/cisco_iol:1"]);
  const env = { DOCKER_HOST: `unix://${join(folder, "docker.sock")}` };
  const here = { env, kvm: join(folder, "kvm"), meminfo: join(folder, "meminfo") };
  expect(await lookAtMachine("vrnetlab/cisco_iol:1", here)).toEqual({
    kvm: "usable",
    availableMemoryMiB: 2048,
    imageIsThere: true,
  });
  const bare = { env, kvm: join(folder, "none"), meminfo: join(folder, "none") };
  expect(await lookAtMachine("vrnetlab/cisco_iol:2", bare)).toEqual({
    kvm: "absent",
    availableMemoryMiB: 0,
    imageIsThere: false,
  });
});

test("without an engine it is said, not guessed", async () => {
  await expect(lookAtMachine("x", { env: { DOCKER_HOST: "unix:///nonexistent/docker.sock" } })).rejects.toThrow(
    "the Docker engine at",
  );
});
