import { Container } from "@cdktf/provider-docker/lib/container/index.js";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider/index.js";
import { Network } from "@cdktf/provider-docker/lib/network/index.js";
import { Annotations, App, Fn, LocalBackend, TerraformElement, TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LabDeclaration, NodeDeclaration, TunnelDeclaration } from "../model/declaration.ts";
import { DeclarationError } from "../model/finding.ts";
import type { IosImageKind } from "../model/ios-images.ts";
import { oncePer } from "../model/once-per.ts";
import { defaultMtuBytes } from "../model/path.ts";
import type { EngineHost } from "../model/placement.ts";
import type { LabPlan, PlannedNode, PlannedTunnel } from "../model/plan-document.ts";
import { enginesFileName } from "../model/relay.ts";
import { planLab } from "../plan/plan-lab.ts";
import {
  addressBlockAt,
  blockLimits,
  chooseAddressBlock,
  managementAddress,
  managementSubnet,
  octetsFor,
  stateFileName,
  type AddressBlock,
} from "./address-block.ts";
import { Engines, type WayAttributes } from "./engines.ts";
import { lazyMap, lazySome } from "./lazy.ts";
import { addManagementNetwork } from "./management-network.ts";
import { dockerConstraints } from "./lock-file.ts";
import { SchemaResource } from "./resource-class.ts";
import { IosPreflight, LabAccess, PreSharedKey, TunnelwrightProvider, Verification } from "./resources.ts";
import { withoutCreationStacks } from "./without-creation-stacks.ts";
import {
  builtRouterImage,
  layProviders,
  planFile,
  workingFolderName,
  writeLabFiles,
  writeOwnFile,
} from "./working-folder.ts";

/** What a lab may be told; everything has a default. */
export interface LabProps {
  /**
   * The folder that holds `.tunnelwright/` and `cdktf.out/`.
   * @default - the current folder, which is where cdktf runs the app
   */
  readonly workingFolder?: string;
  /**
   * Image of every node.
   * @default - the one that `npx tunnelwright image build` (or `scripts/setup`) built; synth says so when there is none
   */
  readonly routerImage?: string;
  /**
   * Which kernel the nodes run on: the machine's own, user-mode Linux inside the container, or the first of these that can.
   * @default "auto"
   */
  readonly kernel?: "auto" | "host" | "uml";
  /**
   * The block of Docker's book-keeping addresses, by its third octet in 10.213.0.0/16; a multiple of its size, which is 4 in most labs.
   * @default - chosen once and kept in the lab's folder
   */
  readonly addressBlockThirdOctet?: number;
  /**
   * How many nodes and segments that block must have room for; a lab that grows past it gets another block, and is built anew.
   * @default - 240 nodes and 48 segments
   */
  readonly addressesFor?: { readonly nodes: number; readonly segments: number };
  /**
   * Run the lab's checks at the end of a deploy, and fail the deploy when one fails.
   * @default true
   */
  readonly verify?: boolean;
  /**
   * The Docker engines that carry the lab, where one is not enough: members of one swarm, the first of them a manager. What hears one
   * another's broadcasts stays on one engine; a link to a transit between engines is an overlay network, whose 50 bytes every prediction knows.
   * @default - the one engine that DOCKER_HOST names
   */
  readonly hosts?: readonly EngineHost[] | undefined;
  /**
   * Largest IP packet of the network between those engines, in bytes.
   * @default 1500
   */
  readonly underlayMtuBytes?: number;
}

/**
 * One lab: a Terraform stack that stands up routers, hosts and tunnels, and proves every prediction about them.
 * Nodes and tunnels are declared inside it; all faults of the declaration are told together when the app synthesizes.
 *
 * @example
 * ```ts
 * const lab = new Lab(app, "my-lab");
 * const isp = new Wan(lab, "isp", { left: "198.51.100.1/30", right: "203.0.113.1/30" });
 * const r1 = new Router(lab, "r1", { transit: isp.left, outside: "198.51.100.2/30" });
 * const r2 = new Router(lab, "r2", { transit: isp.right, outside: "203.0.113.2/30" });
 * new GreIpsecTunnel(lab, "tunnel0", { left: r1, right: r2, leftAddress: "172.16.0.1/30", rightAddress: "172.16.0.2/30" });
 * ```
 */
export class Lab extends TerraformStack {
  /** The lab's name: the stack's. */
  readonly labName: string;
  /** Where the lab leaves its files: `.tunnelwright/<lab>` of the working folder. */
  readonly directory: string;
  /** Docker's book-keeping addresses of this lab. */
  readonly addressBlock: AddressBlock;
  /** Gives the nodes their SSH keys and pinned host keys. */
  readonly access: LabAccess;
  /** Image of every node. */
  readonly routerImage: string;
  /** Which kernel the nodes run on. */
  readonly kernel: "auto" | "host" | "uml";
  readonly #workingFolder: string;
  readonly #segments: LabDeclaration["segments"] = {};
  readonly #nodes: LabDeclaration["nodes"] = {};
  readonly #tunnels: LabDeclaration["tunnels"] = {};
  readonly #revisions: Record<string, string> = {};
  readonly #ios: Record<string, { readonly kind: IosImageKind; readonly image: string }> = {};
  readonly #files = new Map<string, () => string>();
  #preflight: IosPreflight | undefined;
  /** The engines that carry it, where it has several. */
  readonly engines: Engines | undefined;
  readonly #managementNetwork: Network | undefined;
  readonly #placed: (() => void)[] = [];
  #planned: LabPlan | undefined;

  constructor(scope: Construct, id: string, props: LabProps = {}) {
    super(scope, id);
    this.labName = id;
    this.#workingFolder = resolve(props.workingFolder ?? ".");
    this.directory = join(this.#workingFolder, workingFolderName, id);
    const octetCount = octetsFor(props.addressesFor ?? { nodes: 1, segments: 1 });
    this.addressBlock =
      props.addressBlockThirdOctet === undefined
        ? chooseAddressBlock(this.directory, octetCount)
        : addressBlockAt(props.addressBlockThirdOctet, octetCount);
    this.routerImage = props.routerImage ?? builtRouterImage(this.#workingFolder) ?? missingImage();
    this.kernel = props.kernel ?? "auto";
    const stateFile = join(this.directory, stateFileName);
    new LocalBackend(this, { path: stateFile });
    this.engines = props.hosts && new Engines(this, props.hosts, props.underlayMtuBytes ?? defaultMtuBytes);
    if (!this.engines) new DockerProvider(this, "docker");
    this.addOverride("terraform.required_providers.docker.version", dockerConstraints);
    new TunnelwrightProvider(this, "tunnelwright");
    this.access = new LabAccess(this, "access", {
      lab: id,
      directory: this.directory,
      stateFile,
      nodes: lazyMap(() => this.#managementAddresses("linux")),
      iosNodes: lazySome(() => this.#managementAddresses("ios")),
      ...(this.engines && { through: lazySome(() => this.#ways()) }),
    });
    this.access.overrideLogicalId("access");
    this.#managementNetwork = this.engines ? undefined : addManagementNetwork(this, "management");
    if (props.verify ?? true) this.#verification();
    this.#writeFilesAtSynth();
  }

  /** The declaration as plain data, as far as it was declared; where it has several engines, with what they make of its segments. */
  get declaration(): LabDeclaration {
    const { declared, engines } = this;
    if (!engines) return declared;
    const { segments } = engines.placement;
    const overlay = { underlayMtuBytes: engines.underlayMtuBytes };
    return {
      ...declared,
      segments: Object.fromEntries(
        Object.entries(declared.segments).map(([name, segment]) => [
          name,
          segments.get(name) === null ? { ...segment, overlay } : segment,
        ]),
      ),
    };
  }

  /** The declaration, wherever it stands. */
  get declared(): LabDeclaration {
    return {
      name: this.labName,
      segments: { ...this.#segments },
      nodes: { ...this.#nodes },
      tunnels: { ...this.#tunnels },
    };
  }

  /**
   * Everything predicted about the lab.
   * @throws DeclarationError with every fault of the declaration.
   */
  plan(): LabPlan {
    if (this.#planned) return this.#planned;
    const { plan, findings } = planLab(this.declaration);
    if (plan === null) throw new DeclarationError(this.labName, findings);
    this.#planned = plan;
    return plan;
  }

  /** The plan of one node. */
  plannedNode(name: string): PlannedNode {
    const node = nodesOf(this.plan()).get(name);
    if (!node) throw new Error(`lab ${this.labName} has no node ${name}`);
    return node;
  }

  /** The plan of one tunnel. */
  plannedTunnel(name: string): PlannedTunnel {
    const tunnel = tunnelsOf(this.plan()).get(name);
    if (!tunnel) throw new Error(`lab ${this.labName} has no tunnel ${name}`);
    return tunnel;
  }

  /** Labels for everything a lab makes, so that leftovers are found, and another folder's lab of the same name is told apart. */
  labels(more: Readonly<Record<string, string>>): { label: string; value: string }[] {
    return Object.entries({ lab: this.labName, directory: this.directory, ...more }).map(([key, value]) => ({
      label: `tunnelwright.${key}`,
      value,
    }));
  }

  /** The management network that a node is on. */
  managementNetworkOf(node: string): Network {
    const network = this.engines?.ofNode(node).management ?? this.#managementNetwork;
    if (!network) throw new Error(`lab ${this.labName} has no management network`);
    return network;
  }

  /** Has work done when everything is declared, before the stack is written. Called by what stands on one of several engines. */
  whenPlaced(work: (engines: Engines) => void): void {
    const { engines } = this;
    if (engines) this.#placed.push(() => work(engines));
  }

  /** Subnet and gateway of the management network. */
  get managementPlace(): { readonly subnet: string; readonly gateway: string } {
    return managementSubnet(this.addressBlock);
  }

  /** Subnet of the management network. */
  get managementSubnet(): string {
    return managementSubnet(this.addressBlock).subnet;
  }

  /** Declares a segment; gives its number. Called by Segment. */
  addSegment(name: string, segment: LabDeclaration["segments"][string]): number {
    this.#mustBeNew("segment", name, this.#segments);
    this.#segments[name] = segment;
    return this.#within("segments", Object.keys(this.#segments).length);
  }

  /** Declares a node; gives its management address. Called by the nodes. */
  addNode(name: string, node: NodeDeclaration): string {
    this.#mustBeNew("node", name, this.#nodes);
    this.#nodes[name] = node;
    return managementAddress(this.addressBlock, this.#within("nodes", Object.keys(this.#nodes).length));
  }

  /** Declares a tunnel. Called by the tunnels. */
  addTunnel(name: string, tunnel: TunnelDeclaration): void {
    this.#mustBeNew("tunnel", name, this.#tunnels);
    this.#tunnels[name] = tunnel;
  }

  /**
   * Declares what a router of IOS runs in; gives what tells that the machine has it, and the router's number among those of IOS,
   * from 1. Called by the nodes.
   */
  addIosRouter(
    name: string,
    router: { readonly kind: IosImageKind; readonly image: string },
  ): { readonly preflight: IosPreflight; readonly instance: number } {
    this.#ios[name] = router;
    this.#preflight ??= new IosPreflight(this, "ios-preflight", { routers: lazySome(() => this.#ios) });
    this.#preflight.overrideLogicalId("ios");
    return { preflight: this.#preflight, instance: Object.keys(this.#ios).length };
  }

  /** A file of the lab's folder that is written at synth, readable by its owner alone. */
  addFile(path: string, produce: () => string): void {
    this.#files.set(path, produce);
  }

  /** Names a node's configuration revision: the verification runs again when one changes. */
  addRevision(node: string, revision: string): void {
    this.#revisions[node] = revision;
  }

  /** The stack as Terraform JSON; throws DeclarationError with every fault. */
  override toTerraform(): unknown {
    this.plan();
    for (const work of this.#placed) work();
    return withoutCreationStacks(() => super.toTerraform() as unknown);
  }

  /** Validates the declaration, and tells its warnings as annotations. */
  override prepareStack(): void {
    for (const { severity, what, where } of this.plan().findings) {
      if (severity === "warning") Annotations.of(this).addWarning(`${what} (${where})`);
      else Annotations.of(this).addInfo(`${what} (${where})`);
    }
    // It makes the references to other stacks, by writing every element once more: of its own a lab has none.
    if (Token.isUnresolved(this.routerImage) || this.node.findAll().some(isForeign))
      withoutCreationStacks(() => super.prepareStack());
  }

  /** How SSH reaches each node, where this machine is on no network with it. */
  #ways(): Record<string, WayAttributes> {
    const { engines } = this;
    return engines
      ? Object.fromEntries(Object.keys(this.#managementAddresses("linux")).map((node) => [node, engines.through(node)]))
      : {};
  }

  #managementAddresses(platform: "linux" | "ios"): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#nodes).flatMap(([name, node], index) =>
        (node.platform ?? "linux") === platform ? [[name, managementAddress(this.addressBlock, index)]] : [],
      ),
    );
  }

  #mustBeNew(noun: string, name: string, existing: Readonly<Record<string, unknown>>): void {
    this.#planned = undefined;
    this.engines?.forgetPlacement();
    if (Object.hasOwn(existing, name)) throw new Error(`lab ${this.labName} already has a ${noun} named ${name}`);
  }

  #within(what: "segments" | "nodes", count: number): number {
    const most = blockLimits(this.addressBlock)[what];
    if (count > most)
      throw new Error(
        `lab ${this.labName} has more than ${most} ${what}: say how many in addressesFor, or split it into two labs`,
      );
    return count - 1;
  }

  #verification(): void {
    const verification = new Verification(this, "verification", {
      lab: this.labName,
      directory: this.directory,
      planFile: planFile(this.directory),
      planSha256: Fn.filesha256(planFile(this.directory)),
      revisions: lazyMap(() => this.#revisions),
    });
    verification.overrideLogicalId("verification");
    const output = new TerraformOutput(this, "verdict", {
      value: verification.summary,
      description: "What the checks of the last deploy found",
    });
    output.overrideLogicalId("verdict");
  }

  /** The plan for the live half, and the providers for an offline init, are laid when the stack is written. */
  #writeFilesAtSynth(): void {
    const inner = this.synthesizer;
    this.synthesizer = {
      synthesize: (session) => {
        inner.synthesize(session);
        const stackFile = App.of(this).manifest.forStack(this).synthesizedStackPath;
        layProviders(this.#workingFolder, join(resolve(session.outdir), dirname(stackFile)));
        writeLabFiles(this.directory, this.plan(), this.declaration, this.addressBlock);
        if (!this.engines) rmSync(join(this.directory, enginesFileName), { force: true });
        for (const [path, produce] of this.#files) writeOwnFile(path, produce());
      },
    };
  }
}

const nodesOf = oncePer(({ nodes }: LabPlan) => new Map(nodes.map((node) => [node.name, node])));
const tunnelsOf = oncePer(({ tunnels }: LabPlan) => new Map(tunnels.map((tunnel) => [tunnel.name, tunnel])));

const ownElements = [
  Container,
  DockerProvider,
  LocalBackend,
  Network,
  PreSharedKey,
  SchemaResource,
  TerraformOutput,
  TunnelwrightProvider,
];

/** An element of Terraform that a user put into the lab's stack. */
function isForeign(construct: unknown): boolean {
  return TerraformElement.isTerraformElement(construct) && !ownElements.some((kind) => construct instanceof kind);
}

function missingImage(): never {
  throw new Error(
    "the router image is not built yet: run npx tunnelwright image build (in the project's own folder scripts/setup), or give the lab a routerImage",
  );
}
