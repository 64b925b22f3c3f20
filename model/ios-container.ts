import { iosImages, type IosImageKind } from "./ios-images.ts";

/** Where a router of virtual IOS is managed: Docker's addresses, which no data segment sees. */
export interface IosManagement {
  readonly address: string;
  /** The network's subnet, `10.213.0.0/24`. */
  readonly subnet: string;
  readonly gateway: string;
}

/** A router of virtual IOS, as its container is asked for. */
export interface IosNode {
  readonly name: string;
  readonly kind: IosImageKind;
  /** The image's reference, the user's own: `vrnetlab/cisco_iol:17.12.01`. */
  readonly image: string;
  readonly management: IosManagement;
  /** Docker's subnet of every data interface, in their order. */
  readonly dataSubnets: readonly string[];
  /** Unique in the lab, 1 to 512: IOL's instances find each other by it. Virtual machines have none. */
  readonly iolInstance: number;
}

/** What Docker is asked for: `docker_container` of Terraform, in its words. */
export interface IosContainer {
  readonly image: string;
  readonly env: readonly string[];
  /** Runs before what the image itself starts, which comes behind it, with `command` behind that. */
  readonly entrypoint: readonly string[];
  /** Arguments of what the image starts; empty: the image's own. */
  readonly command: readonly string[];
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  readonly devices: readonly string[];
  /** Where the startup configuration is laid: a file, and in no environment. */
  readonly startupFile: string;
  /** The other files to lay into it, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** How long it may boot, and whether its own health check tells the end of it. */
  readonly bootSeconds: number;
  readonly hasHealthCheck: boolean;
}

/** vrnetlab's own default user, no secret; a lab's network is reached from its machine alone. */
export const iosUser = { name: "admin", password: "admin" } as const;
/** Where a lab's folder holds that password. */
export const iosPasswordFile = "ios/password";
/** Where a lab's folder holds the host key that a router of IOS showed. */
export const iosHostKeyFile = (node: string): string => `ios/${node}.hostkey`;
/** The instance that speaks for the container's interfaces. */
const iouyapInstance = 513;
const orderInterfacesFile = "/tunnelwright/order-interfaces";

/**
 * The container of a virtual IOS router, as vrnetlab's images want it. Not run on IOS: no image was at hand.
 * @throws RangeError for more interfaces than the image has, or an instance that IOL does not know.
 */
export function iosContainer(node: IosNode): IosContainer {
  const { name, kind, image: reference, management, dataSubnets } = node;
  const image = iosImages[kind];
  if (dataSubnets.length > image.maxDataInterfaces)
    throw new RangeError(
      `${name}: ${image.title} has up to ${image.maxDataInterfaces} data interfaces, not ${dataSubnets.length}`,
    );
  const own = kind === "iol" ? iolParts(node) : machineParts(node);
  return {
    image: reference,
    env: [
      `TW_INTERFACES=${[management.subnet, ...dataSubnets].map((subnet, index) => `eth${index}=${subnet}`).join(" ")}`,
      `TW_GATEWAY=${management.gateway}`,
      ...own.env,
    ],
    entrypoint: ["/bin/sh", orderInterfacesFile],
    command: own.command,
    privileged: true,
    tty: true,
    stdinOpen: true,
    devices: image.needsKvm ? ["/dev/kvm"] : [],
    startupFile: image.startupFile,
    files: { [orderInterfacesFile]: orderInterfaces, ...own.files },
    bootSeconds: image.bootSeconds,
    hasHealthCheck: image.ready === "healthcheck",
  };
}

type Parts = Pick<IosContainer, "env" | "command" | "files">;

function iolParts({ name, dataSubnets, iolInstance }: IosNode): Parts {
  if (iolInstance < 1 || iolInstance >= iouyapInstance)
    throw new RangeError(`${name}: an IOL instance is 1 to ${iouyapInstance - 1}, not ${iolInstance}`);
  // The management interface is the first of them.
  const ports = Array.from({ length: dataSubnets.length + 1 }, (_, index) => `${Math.floor(index / 4)}/${index % 4}`);
  return {
    env: [`IOL_PID=${iolInstance}`],
    command: [],
    files: {
      "/iol/NETMAP": ports.map((port) => `${iolInstance}:${port} ${iouyapInstance}:${port}\n`).join(""),
      "/iol/iouyap.ini": [
        "[default]\nbase_port = 49000\nnetmap = /iol/NETMAP\n",
        ...ports.map((port, index) => `[${iouyapInstance}:${port}]\neth_dev = eth${index}\n`),
      ].join(""),
    },
  };
}

function machineParts({ name, kind, management, dataSubnets }: IosNode): Parts {
  return {
    env: [
      `USERNAME=${iosUser.name}`,
      `PASSWORD=${iosUser.password}`,
      `HOSTNAME=${name}`,
      "CONNECTION_MODE=tc",
      `DOCKER_NET_V4_ADDR=${management.subnet}`,
      // The machine waits until so many interfaces are there.
      `CLAB_INTFS=${dataSubnets.length}`,
      ...(iosImages[kind].managementIsPassedThrough ? ["CLAB_MGMT_PASSTHROUGH=true"] : []),
    ],
    command: [
      "--username",
      iosUser.name,
      "--password",
      iosUser.password,
      "--hostname",
      name,
      "--connection-mode",
      "tc",
      "--trace",
    ],
    files: {},
  };
}

/**
 * Docker gives the container's interfaces names in an order of its own; the images count on eth0 for management and on the data
 * behind it. Which network an interface is in is known by its subnet; then the image's own start follows.
 */
const orderInterfaces = `#!/bin/sh
# eth0 is management, eth1 and on are the data interfaces in the order declared: TW_INTERFACES="eth0=SUBNET eth1=SUBNET …".
set -eu
moves=
for pair in $TW_INTERFACES; do
  device=$(ip -4 -o route show "\${pair#*=}" proto kernel scope link | sed -n '1s/.* dev \\([^ ]*\\).*/\\1/p')
  [ -n "$device" ] || { echo "tunnelwright: no interface of this container is in \${pair#*=}, which is to be \${pair%%=*}" >&2; exit 1; }
  moves="$moves $device=\${pair%%=*}"
done
# Two rounds: a name may be another interface's as yet.
for move in $moves; do
  ip link set dev "\${move%%=*}" down
  ip link set dev "\${move%%=*}" name "tw-\${move#*=}"
done
for move in $moves; do
  name=\${move#*=}
  ip link set dev "tw-$name" name "$name"
  # The addresses of data segments are Docker's book-keeping; the router has its own.
  [ "$name" = eth0 ] || ip -4 address flush dev "$name"
  ip link set dev "$name" up
done
ip -4 route replace default via "$TW_GATEWAY" dev eth0
exec "$@"
`;
