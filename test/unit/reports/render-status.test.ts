import { Ajv2020 } from "ajv/dist/2020.js";
import { stripVTControlCharacters } from "node:util";
import { format } from "prettier";
import { expect, test } from "vitest";
import { labStatusSchema, type LabStatus } from "../../../model/lab-status.ts";
import { labStatusJsonSchema, renderStatus, renderStatusJson } from "../../../reports/render-status.ts";

const end = { device: "tunnel0", interfaceState: "up", lineProtocol: "up", ikeSa: "ESTABLISHED" } as const;
const status: LabStatus = {
  format: "tunnelwright-status/1",
  lab: "gre-over-ipsec",
  at: "2026-11-26T05:00:00.000Z",
  isComplete: false,
  nodes: [
    { name: "isp", role: "transit", reached: true, uptimeSeconds: 59.9, kernel: "uml 6.1.176", problem: null },
    {
      name: "r1",
      role: "router",
      reached: true,
      uptimeSeconds: 3725,
      kernel: "uml 6.1.176",
      problem: "charon does not answer",
    },
    { name: "h1", role: "host", reached: false, uptimeSeconds: null, kernel: null, problem: "no \u001b[2Janswer" },
  ],
  links: [
    {
      name: "isp-left",
      transit: "isp",
      neighbours: ["r1"],
      mtuBytes: 1500,
      impairments: [
        { toward: ["r1"], effect: { kind: "cut" } },
        { toward: ["isp"], effect: { kind: "delay", delayMs: 50, jitterMs: 5 } },
        { toward: ["isp"], effect: { kind: "loss", percent: 2.5 } },
        { toward: ["isp"], effect: { kind: "mtu", mtuBytes: 1400 } },
        { toward: ["isp"], effect: { kind: "block-icmp" } },
      ],
    },
    { name: "isp-right", transit: "isp", neighbours: ["r2", "r3"], mtuBytes: 1500, impairments: [] },
    { name: "far", transit: "far", neighbours: ["r3"], mtuBytes: 1500, impairments: null },
  ],
  tunnels: [
    {
      name: "tunnel0",
      hasIpsec: true,
      hasOspf: true,
      left: { router: "r1", ...end, ikeSa: "unknown", childSa: "unknown", ospf: "Full" },
      right: { router: "r2", ...end, lineProtocol: "down", childSa: "none", ospf: "ExStart" },
    },
    {
      name: "bare",
      hasIpsec: false,
      hasOspf: false,
      left: { router: "r1", ...end, childSa: "none", ospf: "none" },
      right: {
        router: "r3",
        ...end,
        device: null,
        interfaceState: "none",
        lineProtocol: "none",
        childSa: "none",
        ospf: "none",
      },
    },
  ],
};

test("a person reads three tables", async () => {
  const text = renderStatus(status, { colour: false });
  await expect(text).toMatchFileSnapshot("golden/status.txt");
  expect(stripVTControlCharacters(renderStatus(status, { colour: true }))).toBe(text);
  expect(renderStatus(status, { colour: true })).not.toBe(text);
});

test("what a router says does nothing to a terminal", () => {
  expect(renderStatus(status, { colour: false })).not.toContain("\u001b");
  expect(renderStatusJson(status)).not.toContain("\u001b");
});

test("the JSON is the document, and has a published schema", async () => {
  const validate = new Ajv2020({ strict: true }).compile(labStatusJsonSchema());
  expect(validate(JSON.parse(renderStatusJson(status))), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...status, surprise: 1 })).toBe(false);
  expect(labStatusSchema.parse(JSON.parse(renderStatusJson(status)))).toEqual(status);
  const text = await format(JSON.stringify(labStatusJsonSchema()), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot("../../../docs/schemas/lab-status.schema.json");
});
