import type { Container } from "@cdktf/provider-docker/lib/container/index.js";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { join } from "node:path";
import { iosContainer, iosHostKeyFile, iosPasswordFile, iosUser, type IosContainer } from "../model/ios-container.ts";
import type { IosImageKind } from "../model/ios-images.ts";
import { planIosStartup } from "../plan/plan-ios-startup.ts";
import type { Lab } from "./lab.ts";
import { lazyMap, lazyNumber, lazyText } from "./lazy.ts";
import { addNodeContainer, type NodePlace } from "./node-container.ts";
import { IosConfig, PreSharedKey, type IosPreflight } from "./resources.ts";

/** A router of IOS, and where it is. */
export interface IosNodeProps extends NodePlace {
  readonly kind: IosImageKind;
  readonly image: string;
}

/**
 * The container of a router of IOS, and the configuration pushed into it over SSH. The container waits for the lab's preflight:
 * where something is missing, nothing is begun. Not run on IOS.
 */
export function addIosNode(scope: Construct, lab: Lab, props: IosNodeProps): void {
  const { name, kind, image, plugs, managementAddress } = props;
  const { preflight, instance } = lab.addIosRouter(name, { kind, image });
  const management = { address: managementAddress, ...lab.managementPlace };
  const spec = iosContainer({
    name,
    kind,
    image,
    management,
    dataSubnets: plugs.map(({ segment }) => segment.dockerSubnet),
    iolInstance: instance,
  });
  const startupFile = join(lab.directory, "ios", `${name}.startup`);
  lab.addFile(startupFile, () => planIosStartup(lab.plannedNode(name), management));
  lab.addFile(join(lab.directory, iosPasswordFile), () => `${iosUser.password}\n`);
  addConfig(scope, lab, props, spec, addContainer(scope, lab, { ...props, spec, preflight, startupFile }));
}

function addContainer(
  scope: Construct,
  lab: Lab,
  {
    name,
    kind,
    plugs,
    managementAddress,
    spec,
    preflight,
    startupFile,
  }: IosNodeProps & {
    readonly spec: IosContainer;
    readonly preflight: IosPreflight;
    readonly startupFile: string;
  },
): Container {
  return addNodeContainer(
    scope,
    lab,
    { name, plugs, managementAddress },
    {
      image: spec.image,
      env: [...spec.env],
      entrypoint: [...spec.entrypoint],
      // What the image itself would start comes behind the entry point.
      command: Token.asList(
        Fn.concat([
          Fn.lookup(preflight.entrypoints, name),
          spec.command.length > 0 ? [...spec.command] : Fn.lookup(preflight.commands, name),
        ]),
      ),
      privileged: spec.privileged,
      tty: spec.tty,
      stdinOpen: spec.stdinOpen,
      devices: spec.devices.map((path) => ({ hostPath: path, containerPath: path, permissions: "rwm" })),
      ...(spec.hasHealthCheck && { wait: true, waitTimeout: spec.bootSeconds }),
      upload: [
        // By path: neither state nor `docker inspect` holds how the router is logged in to.
        {
          file: spec.startupFile,
          source: startupFile,
          sourceHash: Fn.filesha256(startupFile),
          permissions: "0600",
        },
        ...Object.entries(spec.files).map(([file, content]) => ({
          file,
          content: asWritten(content),
          permissions: "0644",
        })),
      ],
      ownLabels: { role: "router", platform: "ios", kind },
    },
  );
}

/** Terraform would take what a shell means by `${…}` for its own. */
function asWritten(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

function addConfig(
  scope: Construct,
  lab: Lab,
  { name, managementAddress }: IosNodeProps,
  { bootSeconds }: IosContainer,
  container: Container,
): void {
  const pskTunnels = (): readonly string[] => lab.plannedNode(name).pskTunnels;
  const config = new IosConfig(scope, "config", {
    node: name,
    host: managementAddress,
    passwordFile: join(lab.directory, iosPasswordFile),
    hostKeyFile: join(lab.directory, iosHostKeyFile(name)),
    containerId: container.id,
    readyTimeoutSeconds: bootSeconds,
    config: lazyText(() => lab.plannedNode(name).ios?.config ?? ""),
    preSharedKeysWo: lazyMap(() =>
      Object.fromEntries(pskTunnels().map((tunnel) => [tunnel, PreSharedKey.reference(tunnel)])),
    ),
    preSharedKeysVersion: lazyNumber(() => (pskTunnels().length > 0 ? 1 : 0)),
    // The folder that holds the password goes last.
    dependsOn: [lab.access],
  });
  config.overrideLogicalId(name);
  lab.addRevision(name, config.revision);
}
