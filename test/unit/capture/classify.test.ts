import { expect, test } from "vitest";
import { classifyBetween, outerKinds } from "../../../capture/classify.ts";
import { readCapture } from "../../../capture/read-capture.ts";
import * as write from "./support.ts";

const { left, right, ipv4, udp } = write;
const fromLeft = (protocol: number, body: readonly number[], more: Partial<write.Ipv4Fields> = {}) =>
  ipv4({ protocol, body, ...more });
const fromRight = (protocol: number, body: readonly number[], more: Partial<write.Ipv4Fields> = {}) =>
  ipv4({ protocol, body, source: right, destination: left, ...more });
const file = (...packets: readonly (readonly number[])[]) =>
  writePcapOf(packets.map((ip) => write.ethernet(0x0800, ip)));
const writePcapOf = (frames: readonly (readonly number[])[]) =>
  write.writePcap(
    frames.map((bytes, index) => ({ bytes, seconds: index, fraction: 0 })),
    { little: true, nano: false, linkType: 1 },
  );
const classify = (capture: Uint8Array) => classifyBetween(readCapture(capture), left, right);

test("counts by kind and lists the ESP sizes by direction", () => {
  const sealed = (length: number) => write.esp(1, 1, Array<number>(length).fill(0));
  const traffic = classify(
    file(
      fromLeft(50, sealed(100)),
      fromRight(50, sealed(40)),
      fromLeft(50, sealed(101)),
      fromLeft(17, udp(4500, 4500, sealed(60))),
      fromLeft(17, udp(500, 500, write.ikeHeader())),
      fromRight(17, udp(4500, 4500, [0, 0, 0, 0, ...write.ikeHeader()])),
      fromRight(17, udp(4500, 4500, [0xff])),
      fromLeft(1, write.icmp(8, 0, [0, 1, 0, 1])),
      fromLeft(47, write.gre({ protocolType: 0x0800, passenger: [] })),
      fromLeft(6, write.tcp({ source: 1, destination: 2, flags: 2 })),
      fromLeft(17, udp(53, 53, [])),
      ipv4({ protocol: 47, body: [], source: "192.0.2.1" }),
      fromLeft(47, [], { destination: "192.0.2.1" }),
      fromRight(47, [], { destination: "192.0.2.1" }),
      fromRight(47, [], { source: "192.0.2.1" }),
    ),
  );
  expect(traffic.counts).toEqual({
    esp: 3,
    "esp-in-udp": 1,
    ike: 2,
    "nat-keepalive": 1,
    icmp: 1,
    "gre-in-clear": 1,
    fragment: 0,
    malformed: 0,
    other: 2,
  });
  expect(traffic.leftToRight.espTotalBytes).toEqual([128, 129, 96]);
  expect(traffic.rightToLeft.espTotalBytes).toEqual([68]);
  expect(traffic.leftToRight.counts.esp).toBe(2);
  expect(traffic.elsewhereCount).toBe(4);
  expect(traffic.unreadable).toEqual([]);
});

test("GRE in clear is seen even in a fragment or with a broken header", () => {
  const traffic = classify(
    file(
      fromLeft(47, [0x40, 0]),
      fromLeft(47, write.gre({ protocolType: 0x0800, passenger: [1, 2, 3, 4] }), { moreFragments: true }),
      fromRight(47, [1, 2, 3], { fragmentOffsetBytes: 8 }),
    ),
  );
  expect(traffic.counts["gre-in-clear"]).toBe(3);
  expect([traffic.leftToRight.fragmentCount, traffic.rightToLeft.fragmentCount]).toEqual([1, 1]);
});

test("fragments of ESP are counted and their sizes kept apart", () => {
  const traffic = classify(
    file(
      fromLeft(50, write.esp(1, 1), { moreFragments: true, identification: 5 }),
      fromLeft(50, [1, 2], { fragmentOffsetBytes: 40, identification: 5 }),
    ),
  );
  expect(traffic.leftToRight).toMatchObject({ counts: { esp: 2 }, espTotalBytes: [], fragmentCount: 2 });
});

test("a later fragment of UDP is what its first fragment was, of the same direction and identification only", () => {
  const later = { fragmentOffsetBytes: 40, identification: 5 };
  const first = fromLeft(17, udp(500, 500, write.ikeHeader(), 2000), { moreFragments: true, identification: 5 });
  const { counts } = classify(
    file(
      first,
      fromLeft(17, [1], later),
      fromLeft(17, [1], { ...later, identification: 6 }),
      fromRight(17, [1], later),
    ),
  );
  expect(counts).toMatchObject({ ike: 2, fragment: 2 });
});

test("what cannot be read is told, so that silence is not taken for proof", () => {
  const good = write.ethernet(0x0800, fromLeft(50, write.esp(1, 1)));
  const capture = writePcapOf([good, good.slice(0, 20), write.ethernet(0x0800, fromLeft(17, [1, 2])), good]);
  const traffic = classify(capture.subarray(0, capture.length - 3));
  expect(traffic.counts).toMatchObject({ esp: 1, malformed: 1 });
  expect(traffic.unreadable.map((u) => [u.recordIndex, u.malformed.layer, u.malformed.cause])).toEqual([
    [1, "ipv4", "invalid"],
    [3, "record", "cut"],
  ]);
});

test("an empty capture has every kind at zero", () => {
  const traffic = classify(file());
  expect(Object.keys(traffic.counts)).toEqual([...outerKinds]);
  expect(Object.values(traffic.counts).every((count) => count === 0)).toBe(true);
});
