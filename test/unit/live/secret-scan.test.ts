/** The search for secrets is held to secrets that were planted: each form, each kind of archive, each way to be blind. */
import fc from "fast-check";
import { createPrivateKey } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { judgeEvidence, splitTrace } from "../../live/secret-scan.ts";
import { countNodeProcesses, kinds, type Evidence, type Kind } from "../../live/secret-scan-collect.ts";
import { preSharedKeySecret, privateKeySecret } from "../../live/secret-scan-forms.ts";
import { ProcessWatch } from "../../live/secret-scan-processes.ts";
import { layersOf, SecretSearch } from "../../live/secret-scan-search.ts";
import { otherPrivateKey, samplePreSharedKey, samplePrivateKey, tarOf, zipOf } from "./secret-samples.ts";

const key = samplePreSharedKey("planted");
const keyBytes = Buffer.from(key, "base64");
const { privateKey, publicKey } = samplePrivateKey;
const body = privateKey.trim().split("\n").slice(1, -1).join("");
const secrets = [preSharedKeySecret("the key", key), privateKeySecret("the private key", privateKey)];
const search = new SecretSearch(secrets);
const find = (text: string | Buffer) => search.find(Buffer.from(text));
const namesIn = (text: string | Buffer) => [...new Set(find(text).map(({ secret }) => secret))];
const dump = (bytes: Buffer, separator: string) => Array.from(bytes, String).join(separator);

describe("a pre-shared key is found", () => {
  const forms: readonly (readonly [string, string | Buffer])[] = [
    ["as it stands", `secret = 0s${key}\n`],
    ["without its end", key.slice(0, -1)],
    ["cut at 24 characters", `…${key.slice(11, 35)}…`],
    ["decoded", Buffer.concat([Buffer.from("before"), keyBytes, Buffer.from("after")])],
    ["in base64", Buffer.from(key).toString("base64")],
    ["in base64, a byte before it", Buffer.from(`"${key}"`).toString("base64")],
    ["in base64, two bytes before it", Buffer.from(`""${key}`).toString("base64")],
    ["decoded, and in base64 behind a byte", Buffer.concat([Buffer.from("a"), keyBytes]).toString("base64")],
    ["for URLs", key.replaceAll("+", "-").replaceAll("/", "_")],
    ["in base64, wrapped into lines of 40", Buffer.from(`"${key}"`).toString("base64").replace(/.{40}/g, "$&\n")],
    ["in hexadecimal", Buffer.from(key).toString("hex")],
    ["in capital hexadecimal", Buffer.from(key).toString("hex").toUpperCase()],
    ["decoded, in hexadecimal", keyBytes.toString("hex")],
    ["as `hexdump` prints", keyBytes.toString("hex").replace(/../g, "$& ")],
    ["as Node shows a buffer", `<Buffer ${keyBytes.toString("hex").replace(/..(?=.)/g, "$& ")}>`],
    ["as Node turns a buffer into JSON", JSON.stringify(keyBytes)],
    ["as Go prints a slice of bytes", `[${dump(Buffer.from(key), " ")}]`],
    ["URL-encoded", encodeURIComponent(key)],
    ["URL-encoded, in small letters", lowerEscapes(key)],
    ["in JSON", JSON.stringify({ secret: key })],
    ["in JSON whose slashes are escaped", JSON.stringify(key).replaceAll("/", "\\/")],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(key).replaceAll("/", "\\/"))],
    ["in JSON for pages", key.replaceAll("+", "\\u002b").replaceAll("/", "\\u002f").replaceAll("=", "\\u003d")],
    ["in a page", key.replaceAll("+", "&#43;").replaceAll("=", "&#61;")],
    ["in UTF-16", Buffer.from(key, "utf16le")],
    ["decoded, as Go quotes", Array.from(keyBytes, (b) => `\\x${b.toString(16).padStart(2, "0")}`).join("")],
  ];

  test.each(forms)("%s", (_, text) => {
    expect(namesIn(text)).toEqual(["the key"]);
  });

  test("wherever it stands", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (before, after) => {
        expect(namesIn(Buffer.concat([before, Buffer.from(key), after]))).toContain("the key");
        expect(namesIn(Buffer.concat([before, keyBytes, after]))).toContain("the key");
        expect(namesIn(Buffer.concat([before, Buffer.from(key), after]).toString("base64"))).toContain("the key");
      }),
    );
  });

  test("once where it stands once, twice where it stands twice", () => {
    expect(find(`${key} and again ${key}`)).toEqual([{ secret: "the key", form: "text as it stands", count: 2 }]);
  });
});

describe("a private key is found", () => {
  const lines = privateKey.trim().split("\n").slice(1, -1);
  const pkcs8 = () =>
    createPrivateKey({
      key: {
        kty: "OKP",
        crv: "Ed25519",
        d: seedOf(body).toString("base64url"),
        x: Buffer.from(publicKey.split(" ")[1]!, "base64").subarray(-32).toString("base64url"),
      },
      format: "jwk",
    });
  const forms: readonly (readonly [string, string])[] = [
    ["as it stands", privateKey],
    ["with the line ends of Windows", privateKey.replaceAll("\n", "\r\n")],
    ["in JSON", JSON.stringify({ privateKey })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify(privateKey))],
    ["in words, as a shell does without quotes", privateKey.replaceAll("\n", " ")],
    ["in one line", body],
    ["in base64", Buffer.from(privateKey).toString("base64")],
    ["in hexadecimal", Buffer.from(privateKey).toString("hex")],
    ["as Node turns a buffer into JSON", JSON.stringify(Buffer.from(privateKey))],
    ["URL-encoded", encodeURIComponent(privateKey)],
    ["decoded, in hexadecimal", Buffer.from(body, "base64").toString("hex")],
    ["in another file format", pkcs8().export({ type: "pkcs8", format: "pem" }).toString()],
    ["as a JSON web key", JSON.stringify(pkcs8().export({ format: "jwk" }))],
    ["the one line that holds most of it", lines.toSorted((a, b) => secretCharacters(b) - secretCharacters(a))[0]!],
  ];

  test.each(forms)("%s", (_, text) => {
    expect(namesIn(text)).toEqual(["the private key"]);
  });

  test("by each run of 40 characters that holds a part of the secret", () => {
    const runs = Array.from({ length: body.length - 39 }, (_, from) => body.slice(from, from + 40));
    const found = runs.map((run) => namesIn(run).length > 0);
    const secretIn = runs.map((run) => secretCharacters(run));
    expect(runs.filter((_, from) => secretIn[from]! >= 8 && !found[from])).toEqual([]);
    expect(secretIn.filter((count) => count >= 8).length).toBeGreaterThan(60);
    // The first runs are the same in every key, the last are its comment.
    expect([found[0], found.at(-1)]).toEqual([false, false]);
  });

  test("and its public half is not, nor is another key", () => {
    expect(find(`${publicKey}\n${publicKey.split(" ")[1]!}`)).toEqual([]);
    expect(find(otherPrivateKey.privateKey)).toEqual([]);
    const blob = Buffer.from(publicKey.split(" ")[1]!, "base64");
    for (const shift of [0, 1, 2])
      expect(find(Buffer.concat([Buffer.alloc(shift), blob]).toString("base64"))).toEqual([]);
  });
});

test("nothing is found where nothing is", () => {
  expect(find("")).toEqual([]);
  expect(find(key.slice(0, 23))).toEqual([]);
  expect(find(samplePreSharedKey("another"))).toEqual([]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), (noise) => find(Buffer.from(noise)).length === 0));
});

describe("archives are looked through", () => {
  const file = { name: "plan/secret.json", content: Buffer.from(JSON.stringify({ a: "x".repeat(200), key })) };
  const inside = (bytes: Buffer) =>
    [...layersOf("place", bytes)].flatMap((layer) => find(layer.bytes).map(() => layer.place));

  test.each([
    ["gzip", gzipSync(file.content), "place:gunzipped"],
    ["a zip that stores", zipOf([file], false), "place:plan/secret.json"],
    ["a zip that deflates", zipOf([{ name: "a", content: Buffer.from("a") }, file], true), "place:plan/secret.json"],
    ["tar", tarOf([{ name: "a", content: Buffer.from("a") }, file]), "place:plan/secret.json"],
    ["a zip in a gzip", gzipSync(zipOf([file], true)), "place:gunzipped:plan/secret.json"],
    [
      "a gzip in a tar in a tar, as an image's layer",
      tarOf([{ name: "layer.tar", content: tarOf([{ name: "log.gz", content: gzipSync(file.content) }]) }]),
      "place:layer.tar:log.gz:gunzipped",
    ],
  ])("%s", (_, bytes, place) => {
    expect(inside(bytes)).toContain(place);
  });

  test.each([
    ["compressed by xz", Buffer.from("fd377a585a0000000000000000000000000000", "hex")],
    ["compressed by zstd", Buffer.concat([Buffer.from("28b52ffd", "hex"), Buffer.alloc(20)])],
    ["cannot be unpacked", gzipSync(file.content).subarray(0, 60)],
    ["the tar archive is cut off", tarOf([file]).subarray(0, 700)],
    ["the zip archive has no end", zipOf([file], true).subarray(0, -22)],
  ])("what is not is told: %s", (said, bytes) => {
    expect(() => [...layersOf("place", bytes)]).toThrow(said);
  });
});

describe("the report", () => {
  const everyKind = kinds.map((kind): Evidence => ({
    kind,
    place: `some ${kind}`,
    bytes: Buffer.from("nothing here"),
  }));
  const home: Evidence = {
    kind: "key file",
    place: "psk/tunnel0",
    bytes: Buffer.from(`${key}\n`),
    holds: ["the key"],
  };
  const privateHome: Evidence = {
    kind: "key file",
    place: "keys/lab_ed25519",
    bytes: Buffer.from(privateKey),
    holds: ["the private key"],
  };
  const judge = (...more: Evidence[]) =>
    judgeEvidence({ evidence: [...everyKind, home, privateHome, ...more], problems: [] }, secrets, 7);

  test("of a clean run: no leak, everything read, every secret at home", () => {
    const bytes = everyKind.length * 12 + key.length + 1 + privateKey.length;
    expect(judge()).toEqual({
      line: `secrets found outside their files: 0 (${everyKind.length + 2} files, ${bytes} bytes, 7 process samples read)`,
      leaks: [],
      unread: [],
      problems: [],
      notAtHome: [],
    });
  });

  test.each(kinds)("tells a secret in a %s, by place, form and count", (kind) => {
    const report = judge({ kind, place: "the place", bytes: Buffer.from(`two: ${key} ${key}`) });
    expect(report.leaks).toEqual([
      { secret: "the key", kind, place: "the place", form: "text as it stands", count: 2 },
    ]);
    expect(report.line).toMatch(/^secrets found outside their files: 2 /);
  });

  test("tells another secret in a secret's own file", () => {
    const { leaks } = judge({ ...home, bytes: Buffer.from(privateKey) });
    expect(leaks.map(({ secret, place }) => [secret, place])).toContainEqual(["the private key", "psk/tunnel0"]);
  });

  test("tells a secret in a name, and prints the name without it", () => {
    const { leaks } = judge({
      kind: "capture",
      place: `results/${key.replaceAll("/", "_")}.pcap`,
      bytes: Buffer.from("-"),
    });
    expect(leaks.map(({ place, form }) => [place, form])).toEqual([
      ["results/(secret).pcap", "text, for file names, in the name"],
    ]);
  });

  test("never holds a secret, whatever was found", () => {
    const everywhere = kinds.map((kind): Evidence => ({
      kind,
      place: `${key} ${privateKey}`,
      bytes: Buffer.from(`${key}${privateKey}`),
    }));
    const bad: Evidence = {
      kind: "state",
      place: `${key}.xz`,
      bytes: Buffer.from("fd377a585a00".padEnd(60, "0"), "hex"),
    };
    const text = JSON.stringify(judge(...everywhere, bad));
    expect(text).toContain("(secret)");
    expect(find(text)).toEqual([]);
  });

  test("fails when nothing of a kind was read, or only emptiness", () => {
    const without = (kind: Kind) =>
      judgeEvidence(
        { evidence: everyKind.map((e) => (e.kind === kind ? { ...e, bytes: Buffer.alloc(0) } : e)), problems: [] },
        secrets,
        0,
      ).unread;
    for (const kind of kinds) expect(without(kind)).toEqual([kind]);
    expect(judgeEvidence({ evidence: [], problems: [] }, secrets, 0).unread).toEqual([...kinds]);
  });

  test("fails when a secret is not found in its own file: the search is blind, or two ends have two keys", () => {
    const other = { ...home, place: "r2:/etc/swanctl", bytes: Buffer.from(samplePreSharedKey("another")) };
    expect(judge(other).notAtHome).toEqual(["the key in r2:/etc/swanctl"]);
    expect(judge({ ...privateHome, bytes: Buffer.alloc(0) }).notAtHome).toEqual([
      "the private key in keys/lab_ed25519",
    ]);
  });

  test("fails when an archive cannot be looked through", () => {
    const report = judge({
      kind: "cdktf.out",
      place: "x.xz",
      bytes: Buffer.from("fd377a585a00".padEnd(60, "0"), "hex"),
    });
    expect(report.problems).toEqual(["x.xz: compressed by xz, which this scan does not unpack"]);
  });
});

test("a trace is parted into Terraform's entries and the providers', each with the lines that belong to it", () => {
  const trace = [
    "2026-11-24T00:00:00.000Z [INFO]  Terraform version: 1.11.4",
    "2026-11-24T00:00:01.000Z [DEBUG] provider: starting plugin",
    "2026-11-24T00:00:02.000Z [TRACE] provider.terraform-provider-tunnelwright_v0.1.0: said",
    "in two lines",
    "2026-11-24T00:00:03.000Z [TRACE] vertex",
    "  also two",
  ];
  expect(splitTrace(trace.join("\n"))).toEqual({
    ofTerraform: [trace[0], trace[4], trace[5]].join("\n"),
    ofProviders: [trace[1], trace[2], trace[3]].join("\n"),
  });
});

test("processes of a node are counted by the files that were read", () => {
  const words = ["/proc/1/cmdline:init", "/proc/1/cmdline:-x", "/proc/2/cmdline:sshd", "/proc/1/environ:A=b", ""];
  expect(countNodeProcesses(Buffer.from(words.join("\0")))).toBe(3);
});

test("the process watch sees arguments and environment, also of a program that took another's place", async () => {
  const { spawn } = await import("node:child_process");
  const watch = new ProcessWatch();
  const script = "sleep 0.2; exec sleep 7.25";
  const child = spawn("sh", ["-c", script, "first-arguments"], {
    env: { ...process.env, TW_WATCHED: "an environment" },
  });
  try {
    const seen = (text: string) => watch.samples.shown.filter(({ bytes }) => bytes.includes(text)).map((s) => s.place);
    await expect.poll(() => seen("7.25\0"), { timeout: 10_000 }).toContain(`arguments of process ${child.pid}`);
    await expect.poll(() => seen("sleep\x007.25"), { timeout: 10_000 }).toContain(`arguments of process ${child.pid}`);
    expect(seen("first-arguments")).toContain(`arguments of process ${child.pid}`);
    expect(seen("TW_WATCHED=an environment")).toContain(`environment of process ${child.pid}`);
    expect(watch.samples.roundCount).toBeGreaterThan(1);
  } finally {
    watch.stop();
    child.kill();
  }
});

function lowerEscapes(text: string): string {
  return encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase());
}

/** The 32 secret bytes of an ed25519 key of OpenSSH: with the public half they stand before the comment. */
function seedOf(base64: string): Buffer {
  const file = Buffer.from(base64, "base64");
  const blob = Buffer.from(publicKey.split(" ")[1]!, "base64").subarray(-32);
  const publicAgain = file.lastIndexOf(blob);
  return file.subarray(publicAgain - 32, publicAgain);
}

function secretCharacters(line: string): number {
  const seed = seedOf(body).toString("latin1");
  const from = Buffer.from(body, "base64").toString("latin1").indexOf(seed);
  const [begin, end] = [Math.ceil((from * 4) / 3), Math.floor(((from + 32) * 4) / 3)];
  const at = body.indexOf(line);
  return Math.max(0, Math.min(at + line.length, end) - Math.max(at, begin));
}
