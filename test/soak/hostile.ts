/** What is legal and looks like an attack: a pre-shared key whose bytes a shell would run, and names that mean something elsewhere. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { labPlaces, onNode } from "../live/lab-commands.ts";
import type { SoakLab } from "./soak-lab.ts";

const owned = "/tmp/tunnelwright-owned";
/** Quotes, a substitution either way, a line break, a NUL, a control, what is no UTF-8, and a smile. */
const keyBytes = Buffer.concat([
  Buffer.from(`"; $(touch ${owned}) \`touch ${owned}\` '; touch ${owned} #\n\u0000\u001b[2J{}\\\u{1f600}`),
  Buffer.from([0xff, 0xfe]),
]);
const key = keyBytes.toString("base64");

const keyFile = (lab: SoakLab): string => join(labPlaces(lab.name).directory, "psk/tunnel0");

/** Puts the key where the lab's is made when there is none. */
export function plantHostileKey(lab: SoakLab): void {
  mkdirSync(dirname(keyFile(lab)), { recursive: true, mode: 0o700 });
  writeFileSync(keyFile(lab), `${key}\n`, { mode: 0o600 });
}

/** Registers the test; the lab was stood up with the key. */
export function describeHostile(lab: SoakLab): void {
  test("a key with quotes, substitutions and a NUL is carried to both ends as it is, and run by nobody", async () => {
    expect(lab.latest.verdict).toBe("pass");
    expect(readFileSync(keyFile(lab), "utf8")).toBe(`${key}\n`);
    for (const router of ["r1", "r2"]) {
      const secrets = await onNode(lab.name, router, "cat /etc/swanctl/conf.d/tunnelwright-secrets.conf");
      expect(secrets.includes(`0s${key}`), `${router} has another key`).toBe(true);
      expect(await onNode(lab.name, router, `ls ${owned} 2>/dev/null || echo none`)).toBe("none\n");
      expect(await onNode(lab.name, router, "swanctl --list-sas | grep -c ESTABLISHED")).toMatch(/^[1-9]/);
    }
    expect(existsSync(owned)).toBe(false);
  });
}
