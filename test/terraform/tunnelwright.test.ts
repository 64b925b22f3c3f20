/** The provider's own functions under the real Terraform, without any container. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { providerAddress } from "../../provider/schema/resources.ts";
import { makeProviderFolder, terraformIn } from "./provider-folder.ts";

const { source } = providerAddress;
let folder = "";

beforeAll(async () => {
  folder = await makeProviderFolder("functions");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const terraform = (...args: string[]) => terraformIn(folder, args);

async function declare(body: string): Promise<void> {
  const head = `terraform {\n  required_providers {\n    tunnelwright = { source = "${source}" }\n  }\n}\n`;
  writeFileSync(join(folder, "main.tf"), head + body);
  const init = await terraform("init");
  expect(init.exitCode, init.all).toBe(0);
}

it("computes with known arguments, and with one that is known only after apply", async () => {
  await declare(`
    resource "terraform_data" "path" { input = 1500 }
    output "known" { value = provider::tunnelwright::tunnel_mtu(1500, "aes-gcm-16", "transport", false, false) }
    output "later" { value = provider::tunnelwright::tunnel_mtu(terraform_data.path.output, "3des-sha1", "tunnel", true, false) }
    output "added" { value = provider::tunnelwright::esp_overhead(1400, "3des-sha1", "transport", false, false) }`);
  expect((await terraform("plan")).all).toContain("later = (known after apply)");
  const applied = await terraform("apply", "-auto-approve");
  expect(applied.exitCode, applied.all).toBe(0);
  expect(applied.all).toContain("known = 1442");
  expect(applied.all).toContain("later = 1418");
  expect(applied.all).toContain("added = 56");
});

it("blames the first argument that cannot be, and tells every other fault", async () => {
  await declare('output "x" { value = provider::tunnelwright::tunnel_mtu(60, "rot13", "wide", false, false) }');
  const planned = await terraform("plan");
  expect(planned.exitCode).toBe(1);
  expect(planned.all).toContain('Invalid value for "path_mtu_bytes" parameter');
  expect(planned.all).toContain("path_mtu_bytes: 60 is not a whole number of bytes from 68 to 65535");
  expect(planned.all).toContain('suite: none is named "rot13"');
  expect(planned.all).toContain('mode: "wide" cannot be');
});

it("refuses to import what no inventory knows, in words", async () => {
  await declare(`
    resource "tunnelwright_router_config" "r1" {
      node = "r1"
      host = "192.0.2.1"
      identity_file = "/nowhere"
      host_key = "ssh-ed25519 AAAA"
      sysctl = ""
      firewall = ""
      interfaces = ""
      ipsec = ""
      ipsec_secrets = ""
      routing = ""
    }`);
  const nowhere = await terraform("import", "tunnelwright_router_config.r1", join(folder, "r1"));
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.all).toContain("names no router");
  expect(nowhere.all).toContain("the lab is not up: it has no inventory");
  expect((await terraform("import", "tunnelwright_router_config.r1", "r1")).all).toContain(
    "The id of a router's configuration is DIRECTORY/NODE",
  );
});
