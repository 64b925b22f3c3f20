import { iosImages } from "../../../model/ios-images.ts";
import type { Finding } from "../../../model/finding.ts";
import type { NodeModel } from "../../../model/lab-model.ts";
import { maskOf } from "../device.ts";
import { iosRules } from "../rules/catalogue.ts";
import type { IosRenderOptions } from "./render-options.ts";
import { interfaceOf, renderRouter } from "./render-router.ts";
import { unsayable } from "./unsayable.ts";

/** The texts of a router of IOS in a lab. */
export interface IosNodeTexts {
  /** What the driver pushes, `{{psk:TUNNEL}}` where a key goes: a part of the running configuration, everything of the tunnels. */
  readonly config: string;
  /** What it is started with, beside management: its name, an archive, its interfaces. No key. */
  readonly startup: string;
}

/** A router of a lab for the image it runs in, or what stands against it. Not run on IOS. */
export function renderIosNode(node: NodeModel): {
  readonly texts: IosNodeTexts;
  readonly findings: readonly Finding[];
} {
  if (!node.ios) throw new Error(`${node.name} is not of IOS`);
  const image = iosImages[node.ios.kind];
  const options: IosRenderOptions = { ...node.ios.release, dataInterface: image.dataInterface };
  const keepalives = new Map(
    node.tunnels.flatMap(({ name, keepalive }) => (keepalive ? [[`${node.name} ${name}`, keepalive] as const] : [])),
  );
  const whole = renderRouter(node, { eigrp: new Set(), keepalives }, options);
  return {
    texts: {
      // Neither can be typed, and a running configuration prints both.
      config: whole.replace(/^!\nversion .*\n/, "").replace(/!\nend\n$/, ""),
      startup: startupOf(node, image.archivePath, options),
    },
    findings: [...node.tunnels.flatMap((end) => unsayable(node, end, options)), ...wideLinks(node)],
  };
}

function startupOf(node: NodeModel, archivePath: string, options: IosRenderOptions): string {
  const stanzas = [
    [`hostname ${node.name}`],
    ["no ip domain lookup"],
    // With it the device itself takes a push back that was not confirmed.
    ["archive", ` path ${archivePath}`],
    ...node.interfaces.map((each) => [
      `interface ${interfaceOf(each.name, options)}`,
      ` ip address ${each.address} ${maskOf(each.prefixLength)}`,
      " no shutdown",
    ]),
  ];
  return stanzas.flatMap((lines) => [...lines, "!"]).join("\n");
}

/** Links of more than 1500 bytes, on an image whose interfaces cannot be told so. */
function wideLinks({ name, ios, interfaces }: NodeModel): Finding[] {
  if (!ios || iosImages[ios.kind].hasInterfaceMtu) return [];
  const { severity, why } = iosRules["ios/not-on-ios"];
  return interfaces
    .filter(({ mtuBytes }) => mtuBytes > 1500)
    .map((each) => ({
      ruleId: "ios/not-on-ios",
      severity,
      why,
      what: `${iosImages[ios.kind].title} has interfaces of 1500 bytes, and ${each.name}'s link carries ${each.mtuBytes} (${name})`,
      where: `segments.${each.segment}.mtuBytes`,
      fix: "declare 1500 or less, or choose another image",
    }));
}
