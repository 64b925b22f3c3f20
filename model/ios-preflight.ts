import { iosImages, notRunOnIos, type IosImageKind } from "./ios-images.ts";

/** What a machine has, as far as a virtual router asks. */
export interface MachineFacts {
  readonly kvm: "usable" | "absent" | "not permitted";
  readonly availableMemoryMiB: number;
  /** References of the images that the Docker engine has. */
  readonly imageIsThere: boolean;
}

/** One thing that was looked at. */
export interface PreflightLine {
  readonly state: "ready" | "missing" | "warning";
  readonly what: string;
  /** How to mend it; empty where nothing is to be done. */
  readonly fix: string;
}

/** What a machine lacks for so many routers of a kind, and what is to be known before one is started. Nothing is started. */
export function iosPreflight(kind: IosImageKind, image: string, count: number, machine: MachineFacts): PreflightLine[] {
  const { title, needsKvm, memoryMiB, warnings } = iosImages[kind];
  const wantedMiB = memoryMiB * count;
  const line = (isReady: boolean, what: string, fix: string): PreflightLine => ({
    state: isReady ? "ready" : "missing",
    what,
    fix: isReady ? "" : fix,
  });
  return [
    line(
      machine.imageIsThere,
      `image ${image}`,
      `build it from your own ${title} with vrnetlab, or load it with docker load; none is brought along`,
    ),
    ...(needsKvm
      ? [
          line(
            machine.kvm === "usable",
            machine.kvm === "not permitted" ? "/dev/kvm is there and may not be opened" : "/dev/kvm",
            machine.kvm === "absent"
              ? `${title} is a virtual machine: use a machine with KVM (nested virtualization in a virtual one)`
              : "add your user to the group that owns /dev/kvm",
          ),
        ]
      : []),
    line(
      machine.availableMemoryMiB >= wantedMiB,
      `${wantedMiB} MiB of memory for ${count} of ${memoryMiB} MiB, ${machine.availableMemoryMiB} MiB are free`,
      "stop something, or use fewer routers",
    ),
    ...[
      ...warnings,
      `${title} from here is ${notRunOnIos}: it was written after vrnetlab's and containerlab's sources`,
    ].map((what) => ({ state: "warning", what, fix: "" }) as const),
  ];
}
