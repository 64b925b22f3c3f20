#!/usr/bin/env -S node --import tsx
// Writes docs/pictures/packet-*.svg: one packet in each kind of tunnel, its headers with their bytes, by the arithmetic of
// model/overhead.ts. Run with `node --import tsx scripts/write-packet-pictures.mjs`; a unit test fails when a picture is stale.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { layersOf } from "../model/overhead.ts";
import { suites } from "../model/suites.ts";
import { renderLayersSvg } from "../reports/packet-picture.ts";

const innerBytes = 1400;
const plain = {
  outerFamily: "ipv4",
  gre: { key: false, checksum: false, sequence: false },
  esp: suites["aes-gcm-16"].esp,
};

/** What is drawn: a name, a title, an encapsulation. */
const pictures = {
  gre: ["GRE alone", { order: "gre", mode: "transport", natTraversal: false }],
  transport: ["GRE in ESP, transport mode", { order: "gre-over-ipsec", mode: "transport", natTraversal: false }],
  tunnel: ["GRE in ESP, tunnel mode", { order: "gre-over-ipsec", mode: "tunnel", natTraversal: false }],
  nat: [
    "GRE in ESP in UDP, transport mode behind a NAT",
    { order: "gre-over-ipsec", mode: "transport", natTraversal: true },
  ],
  inside: ["ESP in GRE", { order: "ipsec-over-gre", mode: "tunnel", natTraversal: false }],
};

/** File name → SVG. */
export function packetPictures() {
  return Object.fromEntries(
    Object.entries(pictures).map(([name, [title, encapsulation]]) => {
      const layers = layersOf(innerBytes, /** @type {any} */ ({ ...plain, .../** @type {object} */ (encapsulation) }));
      return [`packet-${name}.svg`, renderLayersSvg(layers, String(title), name)];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL("../docs/pictures/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(packetPictures())) writeFileSync(new URL(name, folder), svg);
}
