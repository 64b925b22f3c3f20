import { renderStartup } from "../dialects/ios/render/render-startup.ts";
import { iosUser, type IosManagement } from "../model/ios-container.ts";
import type { PlannedNode } from "../model/plan-document.ts";

/** The startup configuration of a planned router of IOS, management included; no key is in it. Not run on IOS. */
export function planIosStartup({ name, ios }: PlannedNode, { address, subnet, gateway }: IosManagement): string {
  if (!ios) throw new Error(`${name} is not of IOS`);
  return renderStartup(ios.kind, ios.startup, {
    address,
    prefixLength: Number(subnet.split("/")[1]),
    gateway,
    username: iosUser.name,
    password: iosUser.password,
  });
}
