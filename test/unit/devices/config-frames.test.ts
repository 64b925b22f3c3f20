import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrames, encodeFrames } from "../../../devices/config-frames.ts";
import { FrameError } from "../../../devices/errors.ts";

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const name = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom("-", "/"), word), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map((pair) => pair.join("")).join(""));
const frames = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 300 }) }), {
  selector: (frame) => frame.name,
});

const plain = (list: readonly { name: string; bytes: Uint8Array }[]) =>
  list.map((frame) => ({ name: frame.name, bytes: [...frame.bytes] }));

test("what is encoded is decoded, byte for byte", () => {
  expect.assertions(200);
  fc.assert(
    fc.property(frames, (list) => {
      expect(plain(decodeFrames(encodeFrames(list)))).toEqual(plain(list));
    }),
    { numRuns: 200 },
  );
});

test("every strict prefix is either whole frames or an error; rubbish never gives anything else", () => {
  fc.assert(
    fc.property(frames, fc.nat(), (list, cut) => {
      const whole = encodeFrames(list);
      const prefix = whole.subarray(0, whole.length === 0 ? 0 : cut % whole.length);
      try {
        expect(encodeFrames(decodeFrames(prefix)).equals(prefix)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeFrames(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

test("the bytes on the wire are those of docs/decisions/0002", () => {
  const bytes = encodeFrames([
    { name: "sysctl", bytes: Buffer.from("a = 1\n") },
    { name: "change/interfaces", bytes: Buffer.from("") },
    { name: "routing", bytes: Buffer.from("ü\n") },
  ]);
  expect(bytes.toString()).toBe("sysctl 6\na = 1\nchange/interfaces 0\nrouting 3\nü\n");
});

test.each([
  ["sysctl 5\nabc", "promises 5 bytes, 3 are there"],
  ["sysctl", "no end of line"],
  ["sysctl x\n", "is not a header"],
  ["sysctl -1\n", "is not a header"],
  ["sysctl 0x1\na", "is not a header"],
  ["sysctl  1\na", "is not a header"],
  ["../etc/passwd 1\na", "is not a header"],
  ["/abs 1\na", "is not a header"],
  ["Sysctl 1\na", "is not a header"],
  [" 1\na", "is not a header"],
  ["sysctl 999999999\n", "is not a header"],
  ["sysctl 0\nsysctl 0\n", "given twice"],
  [`${"a".repeat(200)} 0\n`, "no end of line"],
])("malformed: %j", (text, message) => {
  expect(() => decodeFrames(Buffer.from(text))).toThrow(message);
  expect(() => decodeFrames(Buffer.from(text))).toThrow(FrameError);
});

test("a fault's place is told", () => {
  expect(() => decodeFrames(Buffer.from("sysctl 1\nabad header\n"))).toThrow("malformed frames at byte 10:");
});

test.each(["", "A", "a b", "a\n", "../a", "/a", "a/", "a".repeat(150)])("encoding refuses the name %j", (bad) => {
  expect(() => encodeFrames([{ name: bad, bytes: new Uint8Array() }])).toThrow(TypeError);
});
