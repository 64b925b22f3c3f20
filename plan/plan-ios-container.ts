import { renderStartup } from "../dialects/ios/render/render-startup.ts";
import { iosContainer, iosUser, type IosContainer, type IosManagement } from "../model/ios-container.ts";
import type { PlannedNode } from "../model/plan-document.ts";

/** Where Docker puts a planned router. */
export interface IosPlace {
  readonly management: IosManagement;
  /** Docker's subnet of every data interface, in their order. */
  readonly dataSubnets: readonly string[];
  readonly iolInstance: number;
}

/** The container of a planned router of IOS, its startup configuration included. Not run on IOS. */
export function planIosContainer({ name, ios }: PlannedNode, place: IosPlace): IosContainer {
  if (!ios) throw new Error(`${name} is not of IOS`);
  const { address, subnet, gateway } = place.management;
  const startupConfig = renderStartup(ios.kind, ios.startup, {
    address,
    prefixLength: Number(subnet.split("/")[1]),
    gateway,
    username: iosUser.name,
    password: iosUser.password,
  });
  return iosContainer({ name, kind: ios.kind, image: ios.image, startupConfig, ...place });
}
