import type { DemoRow, DemoStep } from "../model/demo-result.ts";
import { largestInnerBytes, wireBytes, type Encapsulation } from "../model/overhead.ts";
import { suiteNames, suites } from "../model/suites.ts";
import { row, type Demo } from "./demo.ts";
import { journeyStep } from "./journey.ts";

const advisedBytes = 1400;
const pathMtuBytes = 1500;

/** The advice, its arithmetic for every suite, and both sides of it on the wire. */
export const mtu1400: Demo = {
  labs: ["mtu-1400"],
  title: "why ip mtu 1400, and the suites for which it does not hold",
  async *steps(context) {
    yield everySuite();
    yield await journeyStep(context, {
      tunnel: "holds",
      bytes: advisedBytes,
      df: true,
      title: "3DES and SHA-1 in tunnel mode: it holds",
      explanation: "The suite the advice was written for: 1400 bytes weigh 1480, and 20 are to spare.",
    });
    yield await journeyStep(context, {
      tunnel: "exceeds",
      bytes: advisedBytes,
      df: true,
      title: "AES-CBC and SHA-512 in tunnel mode: two bytes too much",
      explanation:
        "The outer DF bit is clear, so nobody is told: every full packet goes as two, and r3 joins them before it decrypts. adjust-mss 1360 does not help, since it makes packets of exactly 1400.",
    });
  },
};

/** Arithmetic against arithmetic the other way round: the largest that fits, and what 1400 weighs. */
function everySuite(): DemoStep {
  const rows = suiteNames.flatMap((suite) =>
    (["transport", "tunnel"] as const).flatMap((mode) =>
      [false, true].map((natTraversal): DemoRow => {
        const e: Encapsulation = {
          order: "gre-over-ipsec",
          outerFamily: "ipv4",
          gre: { key: false, checksum: false, sequence: false },
          esp: suites[suite].esp,
          mode,
          natTraversal,
        };
        const fits = largestInnerBytes(pathMtuBytes, e) >= advisedBytes;
        const outer = wireBytes(advisedBytes, e);
        return row(
          `${suite} ${mode}${natTraversal ? " NAT-T" : ""}: ${largestInnerBytes(pathMtuBytes, e)} fit, ${advisedBytes} weigh ${outer}`,
          fits ? "holds" : "exceeds",
          outer <= pathMtuBytes ? "holds" : "exceeds",
        );
      }),
    ),
  );
  return {
    title: `Does ${advisedBytes} hold? Every suite over a path of ${pathMtuBytes}`,
    explanation:
      "Computed twice: from the largest packet that fits, and from what a packet of 1400 weighs. The next steps put two of the lines on the wire.",
    rows,
    worlds: null,
    captures: [],
  };
}
