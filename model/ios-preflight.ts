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

/** A router that is to be started. */
export interface PreflightRouter {
  readonly name: string;
  readonly kind: IosImageKind;
  readonly image: string;
}

/** What was looked at for one image. */
export interface ImagePreflight {
  readonly kind: IosImageKind;
  readonly image: string;
  /** The routers that are to run in it. */
  readonly names: readonly string[];
  readonly lines: readonly PreflightLine[];
}

/**
 * What a machine lacks for all these routers together, image by image; `facts` tells of each image. What the routers of one image
 * take of the memory is not there for the next one's.
 */
export function preflightRouters(
  routers: readonly PreflightRouter[],
  facts: (image: string) => MachineFacts,
): ImagePreflight[] {
  let takenMiB = 0;
  const keys = [...new Set(routers.map(({ kind, image }) => `${kind} ${image}`))];
  return keys.flatMap((key) => {
    const group = routers.filter(({ kind, image }) => `${kind} ${image}` === key);
    const [first] = group;
    if (!first) return [];
    const { kind, image } = first;
    const machine = facts(image);
    const lines = iosPreflight(kind, image, group.length, {
      ...machine,
      availableMemoryMiB: Math.max(0, machine.availableMemoryMiB - takenMiB),
    });
    takenMiB += group.length * iosImages[kind].memoryMiB;
    return [{ kind, image, names: group.map(({ name }) => name), lines }];
  });
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
