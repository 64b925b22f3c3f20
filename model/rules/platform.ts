import type { NodeDeclaration } from "../declaration.ts";
import type { Finding } from "../finding.ts";
import { iosImageKinds, iosImages } from "../ios-images.ts";
import { iosRelease } from "../ios-release.ts";
import { finding } from "./catalogue.ts";
import type { RuleContext } from "./context.ts";

/** What a node's platform asks of it: who may be IOS, what it runs in, and how many interfaces that has. */
export function checkPlatforms({ lab }: RuleContext): Finding[] {
  return Object.entries(lab.nodes).flatMap(([name, node]) => {
    const where = `nodes.${name}`;
    return node.platform === "ios"
      ? [...routerAlone(name, node, where), ...image(name, node, where), ...interfaces(name, node, where)]
      : [...imageOfLinux(name, node, where), ...interfacesOfLinux(name, node, where)];
  });
}

function routerAlone(name: string, { role }: NodeDeclaration, where: string): Finding[] {
  if (role === "router") return [];
  return [
    finding("platform/ios-router", {
      what: `${name} is a ${role} of IOS`,
      where: `${where}.platform`,
      fix: "leave platform out, or make it a router",
      seen: role,
      allowed: "router",
    }),
  ];
}

function image(name: string, { ios }: NodeDeclaration, where: string): Finding[] {
  if (!ios)
    return [
      finding("platform/ios-image", {
        what: `${name} is of IOS, and it is not said what it runs in`,
        where: `${where}.ios`,
        fix: `declare ios with a kind (${iosImageKinds.join(", ")}) and your own image`,
      }),
    ];
  if (iosRelease(ios)) return [];
  return [
    finding("platform/ios-image", {
      what: `neither the image ${ios.image} nor version tells a release of IOS for ${name}`,
      where: `${where}.ios.${ios.version === undefined ? "image" : "version"}`,
      fix: "declare ios.version, such as 17.12 or 15.9",
      seen: ios.version ?? ios.image,
      allowed: "12, 15, 16 and 17",
    }),
  ];
}

/** Beside the one of management. */
const mostLinuxInterfaces = 48;

function interfacesOfLinux(name: string, node: NodeDeclaration, where: string): Finding[] {
  const count = Object.keys(node.interfaces).length;
  if (count <= mostLinuxInterfaces) return [];
  return [
    finding("platform/linux-interfaces", {
      what: `${name} has ${count} interfaces`,
      where: `${where}.interfaces`,
      fix: "put several of its neighbours on one segment, or stand the lab up with the machine's own kernel",
      seen: String(count),
      allowed: `at most ${mostLinuxInterfaces}`,
    }),
  ];
}

function imageOfLinux(name: string, { ios }: NodeDeclaration, where: string): Finding[] {
  if (!ios) return [];
  return [
    finding("platform/ios-image", {
      what: `${name} has an image of IOS, and its platform is linux`,
      where: `${where}.ios`,
      fix: 'set platform to "ios", or leave ios out',
      seen: "linux",
      allowed: "ios",
    }),
  ];
}

/** The image's entry counts eth1, eth2, … until one is missing. */
function interfaces(name: string, { ios, interfaces }: NodeDeclaration, where: string): Finding[] {
  if (!ios) return [];
  const { title, maxDataInterfaces } = iosImages[ios.kind];
  const numbers = Object.keys(interfaces)
    .map((each) => Number(each.slice(3)))
    .sort((a, b) => a - b);
  if (numbers.length > maxDataInterfaces)
    return [
      finding("platform/ios-interfaces", {
        what: `${name} has ${numbers.length} data interfaces, and ${title} has up to ${maxDataInterfaces}`,
        where: `${where}.interfaces`,
        fix: "leave some out, or choose another image",
        seen: String(numbers.length),
        allowed: `up to ${maxDataInterfaces}`,
      }),
    ];
  const missing = numbers.findIndex((number, place) => number !== place);
  if (missing < 0) return [];
  return [
    finding("platform/ios-interfaces", {
      what: `${name} has eth${numbers[missing]} and no eth${missing}`,
      where: `${where}.interfaces`,
      fix: "name the interfaces eth0, eth1, … without a gap",
      seen: `eth${numbers[missing]}`,
      allowed: `eth${missing}`,
    }),
  ];
}
