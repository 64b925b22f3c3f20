/** npm run bench:ios: how long a configuration of 10,000 lines takes to be imported and linted. Measures; judges nothing. */
import { importIos } from "../dialects/ios/import-ios.ts";

const tunnelCount = 310;
const runCount = 7;

const text = [...router(1), ...router(2)].join("\n");
const lineCount = text.split("\n").length;
const seconds: number[] = [];
for (let run = 0; run < runCount; run += 1) {
  const begun = performance.now();
  const { files, lab } = importIos([{ name: "ten-thousand-lines.cfg", text }]);
  seconds.push((performance.now() - begun) / 1000);
  if (files[0]?.lines.unknown !== 0 || lab !== null) throw new Error("the configuration is another one than was meant");
}
const sorted = seconds.toSorted((a, b) => a - b);
console.log(
  `${lineCount} lines, ${tunnelCount} tunnels with both ends: first ${(seconds[0] ?? 0).toFixed(2)} s, median ${(sorted[runCount >> 1] ?? 0).toFixed(2)} s, least ${(sorted[0] ?? 0).toFixed(2)} s of ${runCount} runs`,
);

/** A router with many tunnels, each in a section of its own, and sources of its own that are loopbacks. */
function router(side: 1 | 2): string[] {
  const address = (of: 1 | 2, at: number): string => `10.${of}.${at >> 8}.${at & 255}`;
  const far = side === 1 ? 2 : 1;
  const each = (lines: (at: number) => readonly string[]): string[] =>
    Array.from({ length: tunnelCount }, (_, at) => lines(at)).flat();
  return [
    "version 15.9",
    `hostname R${side}`,
    ...each((at) => [
      `crypto isakmp policy ${at + 1}`,
      " encr aes 256",
      " hash sha256",
      " authentication pre-share",
      " group 14",
    ]),
    ...each((at) => [`crypto isakmp key Kq7vRz2mXw9tLp4sYb6n address ${address(far, at)}`]),
    "crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac",
    " mode transport",
    "crypto ipsec profile P",
    " set transform-set TS",
    ...each((at) => [
      `interface Tunnel${at}`,
      ` ip address 172.16.${at >> 6}.${(at & 63) * 4 + side} 255.255.255.252`,
      " ip mtu 1400",
      " ip tcp adjust-mss 1360",
      ` tunnel source ${address(side, at)}`,
      ` tunnel destination ${address(far, at)}`,
      " tunnel protection ipsec profile P",
    ]),
    ...each((at) => [`interface Loopback${at}`, ` ip address ${address(side, at)} 255.255.255.255`, "!"]),
    "ip route 0.0.0.0 0.0.0.0 198.51.100.1",
    "end",
  ];
}
