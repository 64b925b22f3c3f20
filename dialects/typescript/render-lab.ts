/** A declared lab as the source of a file in labs/. */
import type {
  LabDeclaration,
  NodeDeclaration,
  TunnelDeclaration,
  TunnelEndDeclaration,
} from "../../model/declaration.ts";

/** Where the constructs are, seen from the file. */
export interface LabSourceOptions {
  /** @default "../constructs/index.ts" */
  readonly constructsPath?: string;
  /** Lines of the comment above. @default - none */
  readonly comment?: readonly string[];
}

/** The source, or why the constructs cannot say this lab. */
export type LabSource = { readonly source: string } | { readonly reason: string };

/**
 * The lab in the words of the constructs. They know one provider or one link between the routers, a router's outside on eth0 and one
 * site on eth1; a lab of another form stays JSON.
 */
export function renderLabSource(
  lab: LabDeclaration,
  { constructsPath = "../constructs/index.ts", comment = [] }: LabSourceOptions = {},
): LabSource {
  const of = (role: NodeDeclaration["role"]) => Object.entries(lab.nodes).filter(([, node]) => node.role === role);
  const [routers, hosts, transits] = [of("router"), of("host"), of("transit")];
  const reason = unsayable(lab, routers, transits);
  if (reason !== undefined) return { reason };
  const used = new Set<string>(["Lab", "Router"]);
  const lines: string[] = [];
  const links = linkLines(lab, transits, used);
  lines.push(...links.lines);
  for (const [name, node] of routers) {
    const { eth0, eth1 } = node.interfaces;
    lines.push(
      statement(`const ${variableName(name)} = new Router(lab, ${text(name)}`, {
        transit: raw(links.of(eth0?.segment ?? "")),
        outside: eth0?.address,
        inside: eth1?.address,
        inside6: eth1?.address6,
      }),
    );
  }
  for (const [name, { interfaces }] of hosts) {
    used.add("Host");
    const { eth0 } = interfaces;
    const behind = routers.find(([, node]) => node.interfaces.eth1?.segment === eth0?.segment)?.[0] ?? "";
    lines.push(
      statement(`new Host(lab, ${text(name)}`, {
        behind: raw(variableName(behind)),
        address: eth0?.address,
        address6: eth0?.address6,
      }),
    );
  }
  for (const [name, tunnel] of Object.entries(lab.tunnels)) lines.push(tunnelStatement(name, tunnel, used));
  const source = [
    ...comment.map((line) => `// ${line}`),
    'import type { App } from "cdktf";',
    `import { ${[...used].sort().join(", ")} } from ${text(constructsPath)};`,
    "",
    `/** The lab ${lab.name}. */`,
    `export function ${variableName(lab.name)}(app: App): Lab {`,
    `  const lab = new Lab(app, ${text(lab.name)});`,
    ...lines.map((line) => `  ${line}`),
    "  return lab;",
    "}",
    "",
  ].join("\n");
  return { source };
}

type Named = readonly (readonly [string, NodeDeclaration])[];

function unsayable(lab: LabDeclaration, routers: Named, transits: Named): string | undefined {
  const link = Object.entries(lab.segments).find(([, { ospf }]) => ospf);
  if (link) return `${link[0]} is a link between routers, and only a lab file by hand says who stands behind it`;
  const strange = routers.find(([, { interfaces }]) =>
    Object.keys(interfaces).some((name) => name !== "eth0" && name !== "eth1"),
  );
  if (strange) return `router ${strange[0]} has more than one site, and the constructs know one`;
  const outside = Object.values(lab.tunnels)
    .flatMap(({ left, right }) => [left, right])
    .find((end) => end.interface !== "eth0");
  if (outside) return `the outside of router ${outside.router} is not eth0`;
  const [transit, ...others] = transits;
  if (others.length > 0 || (transit && Object.keys(transit[1].interfaces).length !== 2))
    return "the provider has not two links";
  return undefined;
}

/** The links outside: a provider with two sides, or one between the routers. */
function linkLines(
  lab: LabDeclaration,
  transits: Named,
  used: Set<string>,
): { lines: string[]; of: (segment: string) => string } {
  const [transit] = transits;
  if (!transit) {
    used.add("Segment");
    const names = [
      ...new Set(
        Object.values(lab.nodes).flatMap(({ role, interfaces }) =>
          role === "router" && interfaces.eth0 ? [interfaces.eth0.segment] : [],
        ),
      ),
    ];
    return {
      lines: names.map((name) =>
        statement(`const ${variableName(name)} = new Segment(lab, ${text(name)}`, {
          mtuBytes: lab.segments[name]?.mtuBytes,
        }),
      ),
      of: variableName,
    };
  }
  used.add("Wan");
  const [name, { interfaces, filters }] = transit;
  const [left, right] = Object.values(interfaces);
  const mtuOf = (segment: string | undefined) => lab.segments[segment ?? ""]?.mtuBytes;
  const wan = variableName(name);
  return {
    lines: [
      statement(`const ${wan} = new Wan(lab, ${text(name)}`, {
        left: left?.address,
        right: right?.address,
        leftMtuBytes: mtuOf(left?.segment),
        rightMtuBytes: mtuOf(right?.segment),
        filters,
      }),
    ],
    of: (segment) => `${wan}.${segment === left?.segment ? "left" : "right"}`,
  };
}

function tunnelStatement(
  name: string,
  { left, right, pathMtuDiscovery, ...rest }: TunnelDeclaration,
  used: Set<string>,
): string {
  const end = (side: "left" | "right", { router, address, address6, protection, keepalive }: TunnelEndDeclaration) => ({
    [side]: raw(variableName(router)),
    [`${side}Address`]: address,
    [`${side}Address6`]: address6,
    [`${side}Protection`]: protection,
    [`${side}Keepalive`]: keepalive,
  });
  if (rest.order === "ipsec") {
    used.add("IpsecTunnel");
    return statement(`new IpsecTunnel(lab, ${text(name)}`, {
      left: raw(variableName(left.router)),
      right: raw(variableName(right.router)),
      // The construct says the order and the mode itself.
      ...rest,
      order: undefined,
      mode: undefined,
      copyDf: pathMtuDiscovery,
    });
  }
  used.add("GreIpsecTunnel");
  return statement(`new GreIpsecTunnel(lab, ${text(name)}`, {
    ...end("left", left),
    ...end("right", right),
    ...rest,
    pathMtuDiscovery,
  });
}

interface Raw {
  readonly code: string;
}

function raw(code: string): Raw {
  return { code };
}

function statement(head: string, fields: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (given.length === 0) return `${head});`;
  const written = given.map(([name, value]) => `${name}: ${isRaw(value) ? value.code : literal(value)}`);
  const one = `${head}, { ${written.join(", ")} });`;
  return one.length <= 116 ? one : `${head}, {\n${written.map((field) => `    ${field},`).join("\n")}\n  });`;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && "code" in value;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, each]: [string, unknown]) => `${name}: ${literal(each)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}

function text(value: string): string {
  return JSON.stringify(value);
}

/** `branch-1` → `branch1`; a word that TypeScript keeps for itself gets an underscore. */
/** The name as a variable of TypeScript: what no variable may be called gets a line behind it. */
export function variableName(name: string): string {
  const camel = name.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/-+$/, "");
  const isTaken =
    camel === "lab" ||
    camel === "app" ||
    /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/.test(
      camel,
    );
  return isTaken ? `${camel}_` : camel;
}
