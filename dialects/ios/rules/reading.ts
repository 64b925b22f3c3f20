import type { DeviceText, ReadLine } from "../transcript.ts";
import { iosFinding, type IosFinding } from "./catalogue.ts";
import type { Rule } from "./context.ts";

/** Lines that no router takes, lines that are not known, prompts in the wrong block. */
export const readingRules: readonly Rule[] = [refusedLines, unknownLines, strayPrompts];

const shownLines = 10;

function refusedLines({ devices }: Parameters<Rule>[0]): IosFinding[] {
  return devices.flatMap((device) =>
    device.text.lines
      .filter(({ status }) => status === "refused")
      .map((line) =>
        iosFinding("ios/refused", device, line.number, {
          what: `line ${line.number} is refused: ${line.reason}`,
          fix: "write the command as IOS takes it, or leave it out",
          seen: maskSecrets(line),
        }),
      ),
  );
}

/** One finding a router: they are many where they are. */
function unknownLines({ devices }: Parameters<Rule>[0]): IosFinding[] {
  return devices.flatMap((device) => {
    const lines = linesOf(device.text);
    const [first] = lines;
    if (first === undefined) return [];
    const shown = lines.slice(0, shownLines).join(", ");
    return [
      iosFinding("ios/unknown", device, first, {
        what: `${lines.length} ${lines.length === 1 ? "line is" : "lines are"} not known: ${shown}${lines.length > shownLines ? ", …" : ""}`,
        fix: "look whether they have a bearing on the tunnel: nothing was concluded from them",
      }),
    ];
  });
}

function linesOf({ lines }: DeviceText): number[] {
  return lines.filter(({ status }) => status === "unknown").map(({ number }) => number);
}

function strayPrompts({ devices, strays }: Parameters<Rule>[0]): IosFinding[] {
  return strays.flatMap(({ file, firstLine, lastLine, promptHost, device: name, because }) => {
    const device = devices.find((each) => each.name === name && each.file === file);
    if (!device) return [];
    const lines = device.text.lines.filter(
      ({ number, strayFrom }) => strayFrom !== null && number >= firstLine && number <= lastLine,
    );
    return [
      iosFinding("ios/stray-prompt", device, firstLine, {
        what: `${firstLine === lastLine ? `line ${firstLine} carries` : `lines ${firstLine} to ${lastLine} carry`} the prompt of ${promptHost} and ${firstLine === lastLine ? "is" : "are"} read as ${name}'s: ${because}`,
        fix: `write ${name} in the prompt`,
        seen: promptHost,
        allowed: name,
        edits: lines.map(({ number }) => ({ kind: "rename", file, line: number, from: promptHost, to: name })),
      }),
    ];
  });
}

/** A word after which a secret may stand, cut or mistyped too: `key`, `kee`, `k`, `password`, `pre-shared-key`. */
const secretAfter =
  /(?:^|\s)(?:k[a-z]{0,3}|key-\w*|pre-?sh\S*|pass\w*|secret\w*|psk|community|md5|\S*authentication-key|message-digest-key)\s+\S/i;

/** The words of a line; where a key or password may stand the rest is left out. */
export function maskSecrets({ words }: Pick<ReadLine, "words">): string {
  const plain = words.trim();
  const found = secretAfter.exec(plain);
  return found ? `${plain.slice(0, found.index + found[0].length - 1)}…` : plain;
}
