/** A release of IOS, as far as its configuration differs. */
export interface IosRelease {
  /** Classic IOS of 12.4 and 15.x, or IOS-XE. */
  readonly dialect: "classic" | "xe";
  /** Minor release of IOS-XE 17; 0 for IOS-XE 16 and classic IOS. */
  readonly xeMinor: number;
}

/**
 * The release of an image: as declared, else what its tag begins with (`vrnetlab/cisco_iol:17.12.01`, `…:15.9.3M6`).
 * Undefined where neither tells one: it is not guessed, since what a release refuses depends on it.
 *
 * @example
 * ```ts
 * iosRelease({ image: "vrnetlab/cisco_iol:17.12.01" }); // { dialect: "xe", xeMinor: 12 }
 * ```
 */
export function iosRelease({
  image,
  version,
}: {
  readonly image: string;
  readonly version?: string | undefined;
}): IosRelease | undefined {
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "";
  const [, major = "", minor = ""] = /^(\d{2})[.-](\d{1,2})(?!\d)/.exec(version ?? tag) ?? [];
  switch (major) {
    case "12":
    case "15":
      return { dialect: "classic", xeMinor: 0 };
    case "16":
      return { dialect: "xe", xeMinor: 0 };
    case "17":
      return { dialect: "xe", xeMinor: Number(minor) };
    default:
      return undefined;
  }
}
