import { iosImages, type IosImageKind } from "./ios-images.ts";

/** A router of virtual IOS, as its container is asked for. */
export interface IosNode {
  readonly name: string;
  readonly kind: IosImageKind;
  /** The image's reference, the user's own: `vrnetlab/cisco_iol:17.12.01`. */
  readonly image: string;
  readonly dataInterfaceCount: number;
  /** Unique in the lab, 1 to 512: IOL's instances find each other by it. Virtual machines have none. */
  readonly iolInstance: number;
  /** The whole startup configuration. It may hold secrets: it is mounted as a file, and is in no environment. */
  readonly startupConfig: string;
}

/** What Docker is asked for: `docker_container` of Terraform, in its words. */
export interface IosContainer {
  readonly image: string;
  readonly env: readonly string[];
  readonly command: readonly string[];
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  readonly devices: readonly string[];
  /** Files to lay into it, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
}

/** vrnetlab's own default user; a lab's network is reached from its machine alone. */
const user = { name: "admin", password: "admin" } as const;
/** The instance that speaks for the container's interfaces. */
const iouyapInstance = 513;

/**
 * The container of a virtual IOS router, as vrnetlab's images want it. Not run on IOS: no image was at hand.
 * @throws RangeError for more interfaces than the image has, or an instance that IOL does not know.
 */
export function iosContainer(node: IosNode): IosContainer {
  const image = iosImages[node.kind];
  if (node.dataInterfaceCount < 0 || node.dataInterfaceCount > image.maxDataInterfaces)
    throw new RangeError(
      `${node.name}: ${image.title} has up to ${image.maxDataInterfaces} data interfaces, not ${node.dataInterfaceCount}`,
    );
  return node.kind === "iol" ? iolContainer(node) : machineContainer(node);
}

function iolContainer({ name, image, dataInterfaceCount, iolInstance, startupConfig }: IosNode): IosContainer {
  if (iolInstance < 1 || iolInstance >= iouyapInstance)
    throw new RangeError(`${name}: an IOL instance is 1 to ${iouyapInstance - 1}, not ${iolInstance}`);
  // The management interface is the first of them.
  const ports = Array.from({ length: dataInterfaceCount + 1 }, (_, index) => `${Math.floor(index / 4)}/${index % 4}`);
  return {
    image,
    env: [`IOL_PID=${iolInstance}`],
    command: [],
    privileged: true,
    tty: true,
    stdinOpen: true,
    devices: [],
    files: {
      [iosImages.iol.startupFile]: startupConfig,
      "/iol/NETMAP": ports.map((port) => `${iolInstance}:${port} ${iouyapInstance}:${port}\n`).join(""),
      "/iol/iouyap.ini": [
        "[default]\nbase_port = 49000\nnetmap = /iol/NETMAP\n",
        ...ports.map((port, index) => `[${iouyapInstance}:${port}]\neth_dev = eth${index}\n`),
      ].join(""),
    },
    memoryMiB: iosImages.iol.memoryMiB,
  };
}

function machineContainer({ name, kind, image, dataInterfaceCount, startupConfig }: IosNode): IosContainer {
  return {
    image,
    env: [
      `USERNAME=${user.name}`,
      `PASSWORD=${user.password}`,
      `HOSTNAME=${name}`,
      "CONNECTION_MODE=tc",
      // The machine waits until so many interfaces are there.
      `CLAB_INTFS=${dataInterfaceCount}`,
    ],
    command: [
      "--username",
      user.name,
      "--password",
      user.password,
      "--hostname",
      name,
      "--connection-mode",
      "tc",
      "--trace",
    ],
    privileged: true,
    tty: true,
    stdinOpen: true,
    devices: ["/dev/kvm"],
    files: { [iosImages[kind].startupFile]: startupConfig },
    memoryMiB: iosImages[kind].memoryMiB,
  };
}
