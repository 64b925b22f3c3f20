import type { Finding } from "../../../model/finding.ts";
import { labDeclarationSchema, type LabDeclaration } from "../../../model/declaration.ts";
import { validateLab } from "../../../model/validate-lab.ts";
import type { IosRenderOptions } from "./render-options.ts";
import { renderRouter, type DeclaredForIos } from "./render-router.ts";
import { unsayable, unsayableLink } from "./unsayable.ts";

/** The routers' configurations by name, or what stands against them. Warnings and information come with texts, too. */
export interface RenderedIos {
  readonly texts: Readonly<Record<string, string>> | null;
  readonly findings: readonly Finding[];
}

/**
 * A declared lab's routers as IOS configurations, in the order of `show running-config`. The pre-shared key is a placeholder,
 * `{{psk:tunnel0}}`. EIGRP, which Linux routers refuse, is written here. Nothing here was run on IOS.
 *
 * @example
 * ```ts
 * renderIosLab(declaration, { dialect: "classic" }).texts?.r1; // "!\nversion 15.9\n…"
 * ```
 */
export function renderIosLab(declaration: unknown, options: IosRenderOptions): RenderedIos {
  const shape = labDeclarationSchema.safeParse(declaration);
  const declared = shape.success ? forIos(shape.data) : nothing;
  const { lab, findings } = validateLab(shape.success ? withoutEigrp(shape.data) : declaration);
  if (lab === null) return { texts: null, findings };
  const routers = lab.nodes.filter(({ role }) => role === "router");
  const faults = [
    ...routers.flatMap((node) => node.tunnels.flatMap((end) => unsayable(node, end, options))),
    ...lab.links.flatMap(unsayableLink),
  ];
  const told = [...findings, ...faults];
  if (faults.length > 0) return { texts: null, findings: told };
  return {
    texts: Object.fromEntries(routers.map((node) => [node.name, renderRouter(node, declared, options)])),
    findings: told,
  };
}

const nothing: DeclaredForIos = { eigrp: new Set(), keepalives: new Map() };

function forIos({ tunnels }: LabDeclaration): DeclaredForIos {
  const named = Object.entries(tunnels);
  return {
    eigrp: new Set(named.flatMap(([name, { routing }]) => (routing?.protocol === "eigrp" ? [name] : []))),
    keepalives: new Map(
      named.flatMap(([name, { left, right }]) =>
        [left, right].flatMap(({ router, keepalive }) =>
          keepalive ? [[`${router} ${name}`, keepalive] as const] : [],
        ),
      ),
    ),
  };
}

/** Linux routers refuse EIGRP; the rest of the lab is judged without it. */
function withoutEigrp(lab: LabDeclaration): LabDeclaration {
  const tunnels = Object.entries(lab.tunnels).map(
    ([name, tunnel]) =>
      [
        name,
        tunnel.routing?.protocol === "eigrp" ? { ...tunnel, routing: { protocol: "none" as const } } : tunnel,
      ] as const,
  );
  return { ...lab, tunnels: Object.fromEntries(tunnels) };
}
