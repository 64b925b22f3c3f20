/**
 * Mutated configurations: no crash, no hang, no lost line. TW_FUZZ_COUNT says how many (20,000), TW_FUZZ_SEED which (1).
 * The lane `fuzz` runs a million: scripts/test --lane fuzz.
 */
import { expect, test } from "vitest";
import { fixIos } from "../../dialects/ios/fix.ts";
import { importIos } from "../../dialects/ios/import-ios.ts";
import { lintIos } from "../../dialects/ios/lint.ts";
import { unifiedDiff } from "../../dialects/ios/unified-diff.ts";
import { correctPairs, fixture, source } from "../unit/dialects/ios/fixtures.ts";

const count = Number(process.env.TW_FUZZ_COUNT ?? 20_000);
const seed = Number(process.env.TW_FUZZ_SEED ?? 1);
const mostMs = 100;

/** xorshift32: the same texts on every machine. */
class Dice {
  #state: number;
  constructor(start: number) {
    this.#state = start === 0 ? 1 : start;
  }
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
  of<T>(things: readonly T[]): T {
    return things[this.below(things.length)]!;
  }
}

const texts = [...correctPairs, "seed" as const].map(fixture);
const lines = texts.flatMap((text) => text.split("\n"));
const words = [...new Set(lines.flatMap((line) => line.split(/\s+/)))];
const nasty = [
  "",
  "0",
  "-1",
  "4294967296",
  "255.255.255.255",
  "999.1.1.1",
  "0.0.0.0",
  "::",
  "no",
  "default",
  "exit",
  "end",
  "!",
  "^C",
  "```",
  "%",
  "^",
  " --More-- ",
  "\b\b\b\b",
  "\r",
  "\u001b[2J",
  "\u0000",
  "__proto__",
  "constructor",
  "R1(config-if)#",
  "R2#",
  "banner motd ~",
  "é".repeat(40),
  "a".repeat(3000),
  "1.1.1.1 ".repeat(200),
  "[({<|>})]",
  "interface range Gi0/0 - 9999",
  "10 permit gre any any",
] as const;
const ends = ["\n", "\r\n", "\r", "\n\n"] as const;

/** A part of a text, changed in one to eight places. */
function mutate(dice: Dice): string {
  const all = dice.of(texts).split("\n");
  const from = dice.below(all.length);
  const part = all.slice(from, from + 5 + dice.below(60));
  for (let change = 1 + dice.below(8); change > 0; change -= 1) {
    const at = dice.below(part.length + 1);
    const line = part[at] ?? "";
    switch (dice.below(9)) {
      case 0:
        part.splice(at, 1);
        break;
      case 1:
        part.splice(at, 0, dice.of(lines));
        break;
      case 2:
        part.splice(at, 0, dice.of(nasty));
        break;
      case 3:
        part[at] = line.replace(/\S+/, () => dice.of(words));
        break;
      case 4:
        part[at] = `${line} ${dice.of(nasty)}`;
        break;
      case 5:
        part[at] = line.slice(0, dice.below(line.length + 1));
        break;
      case 6: {
        const place = dice.below(line.length + 1);
        part[at] =
          line.slice(0, place) +
          String.fromCharCode(dice.below(dice.below(4) === 0 ? 65_536 : 128)) +
          line.slice(place);
        break;
      }
      case 7:
        part.splice(at, 0, ...part.slice(at, at + dice.below(10)));
        break;
      case 8:
        part[at] = line.split(" ").reverse().join(" ");
        break;
    }
  }
  return part.join(dice.of(ends));
}

/** What is promised of any text; fixing is dearer and is asked of every sixteenth. */
function hold(text: string, withFix: boolean): void {
  const { transcript, findings, devices } = lintIos(source(text));
  const all = transcript.files[0]!.lines;
  if (all.map(({ raw, terminator }) => raw + terminator).join("") !== text) throw new Error("a line is lost");
  const own = devices.reduce((sum, device) => sum + device.text.lines.length, 0);
  if (own > all.length) throw new Error("a line is two routers'");
  for (const { line } of findings)
    if (line !== null && (line < 1 || line > all.length)) throw new Error(`a finding is at line ${line}`);
  if (!withFix) return;
  const { files } = importIos(source(text));
  const { total, understood, ignored, unknown, refused } = files[0]!.lines;
  if (understood + ignored + unknown + refused !== total || total !== all.length)
    throw new Error("the counts do not add up");
  unifiedDiff(fixIos(source(text)).files[0]!);
}

test(`${count} mutated configurations: no crash, none over ${mostMs} ms, no lost line`, () => {
  const dice = new Dice(seed);
  const slow: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const text = mutate(dice);
    const begun = performance.now();
    try {
      hold(text, at % 16 === 0);
    } catch (error) {
      throw new Error(`configuration ${at} of seed ${seed}: ${String(error)}\n${JSON.stringify(text)}`, {
        cause: error,
      });
    }
    if (performance.now() - begun <= mostMs || at < 50) continue;
    // The machine may have been busy with something else: what is slow is slow each time.
    const again = Array.from({ length: 5 }, () => {
      const start = performance.now();
      hold(text, at % 16 === 0);
      return performance.now() - start;
    });
    if (Math.min(...again) > mostMs) slow.push(JSON.stringify(text));
  }
  expect(slow).toEqual([]);
}, 86_400_000);
