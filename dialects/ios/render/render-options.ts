/** How the texts are wanted. */
export interface IosRenderOptions {
  /** Classic IOS of 12.4 and 15.x, or IOS-XE. */
  readonly dialect: "classic" | "xe";
  /** Minor release of IOS-XE 17; from 11 on weak algorithms are refused. @default 9 */
  readonly xeMinor?: number;
  /** For every end, whatever the declaration says. @default - the declaration's own, end by end */
  readonly protection?: "tunnel-protection" | "crypto-map";
  /** What an image calls its data interface, from 1. @default - GigabitEthernet0/0 on classic routers, GigabitEthernet1 on IOS-XE */
  readonly dataInterface?: (index: number) => string;
}

/** The release that a text is written for, as `version` prints it. */
export function versionOf({ dialect, xeMinor = 9 }: IosRenderOptions): string {
  return dialect === "classic" ? "15.9" : `17.${xeMinor}`;
}
