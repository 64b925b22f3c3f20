import { expect, test } from "vitest";
import { lockFileText } from "../../../constructs/lock-file.ts";

const hashed = `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/kreuzwerker/docker" {
  version     = "4.5.0"
  constraints = ">= 3.6.2, < 5.0.0"
  hashes = [
    "h1:abc=",
  ]
}

provider "tunnelwright.invalid/tunnelwright/tunnelwright" {
  version     = "0.1.0"
  constraints = "0.1.0"
  hashes = [
    "h1:of-the-package-before=",
  ]
}
`;
const docker = "registry.terraform.io/kreuzwerker/docker";

test("both providers are locked where nothing was, for Terraform and for OpenTofu", () => {
  const text = lockFileText("", []);
  expect([...text.matchAll(/^provider "(.*)"/gm)].map(([, source]) => source)).toEqual([
    docker,
    "registry.opentofu.org/kreuzwerker/docker",
    "tunnelwright.invalid/tunnelwright/tunnelwright",
  ]);
  expect(lockFileText(text, [])).toBe(text);
});

test("the Docker provider's hashes are kept; ours are not, for another package is another file", () => {
  const text = lockFileText(hashed, []);
  expect(text).toContain("h1:abc=");
  expect(text).not.toContain("h1:of-the-package-before=");
  expect(text).not.toContain("opentofu");
});

test("the version that lies beside the stack is the one that is locked", () => {
  const text = lockFileText(hashed, [`${docker}/4.5.1/linux_amd64`]);
  expect(text).toContain('version     = "4.5.1"');
  expect(text).not.toContain("h1:abc=");
});

test("another provider of the same stack stays as it is locked", () => {
  const other = 'provider "registry.terraform.io/hashicorp/random" {\n  version = "3.7.2"\n}';
  expect(lockFileText(`${hashed}\n${other}\n`, [])).toContain(other);
});
