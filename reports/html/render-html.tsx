/** @jsxRuntime automatic @jsxImportSource preact */
/** A run as one page of HTML: everything in it, nothing fetched, no script. */
import type { JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import { layersOf } from "../../model/overhead.ts";
import { roadOf } from "../../model/packet-road.ts";
import type { LabPlan, NodeTexts, PlannedNode, PlannedTunnel } from "../../model/plan-document.ts";
import { harmless } from "../../model/harmless.ts";
import type { RunResult, Verdict } from "../../model/run-result.ts";
import { renderLayersSvg } from "../packet-picture.ts";
import { verdictLook } from "../paint.ts";
import { sayCoverage } from "../say-coverage.ts";
import { sayDuration } from "../say-duration.ts";
import { Checks, Findings } from "./checks.tsx";
import { Configuration } from "./highlight.tsx";
import { measuredSizes, SizesChart } from "./sizes-chart.tsx";
import { style } from "./style.ts";
import { Topology } from "./topology.tsx";
import { windowedTimes, WindowsChart } from "./windows-chart.tsx";

/** What a page is made of. */
export interface Reported {
  readonly result: RunResult;
  /** The lab's plan; `null` when it is not there any more, and the page tells of the checks alone. */
  readonly plan: LabPlan | null;
  /** Whether the result was measured of this very plan. */
  readonly isOfPlan: boolean;
}

/**
 * The whole page. It fetches nothing and runs nothing: its own policy forbids both. What devices said is shown as text, and does nothing.
 *
 * @example
 * ```ts
 * renderHtml({ result, plan: null, isOfPlan: false }).startsWith("<!doctype html>"); // true
 * ```
 */
export function renderHtml(reported: Reported): string {
  return `<!doctype html>\n${renderToString(<Page {...reported} />)}\n`;
}

function Page({ result, plan, isOfPlan }: Reported): JSX.Element {
  const times = windowedTimes(result.checks);
  const parts: readonly (readonly [id: string, title: string, body: JSX.Element | null])[] = [
    ["topology", "Topology", plan && <Topology plan={plan} />],
    ["tunnels", "Tunnels", plan && plan.tunnels.length > 0 ? <Tunnels plan={plan} result={result} /> : null],
    ["checks", "Predicted and measured", <Checks result={result} />],
    ["times", "Times in their windows", times.length > 0 ? <WindowsChart times={times} /> : null],
    ["findings", "Findings", plan && plan.findings.length > 0 ? <Findings findings={plan.findings} /> : null],
    ["configurations", "Configurations", plan && <Configurations nodes={plan.nodes} />],
  ];
  const shown = parts.filter(([, , body]) => body !== null);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{harmless(`${result.lab}: ${result.verdict}`)}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#checks">
          Skip to the checks
        </a>
        <header>
          <h1>{harmless(result.lab)}</h1>
          <Summary result={result} isOfPlan={plan === null || isOfPlan} />
          <nav aria-label="Contents">
            <ul>
              {shown.map(([id, title]) => (
                <li key={id}>
                  <a href={`#${id}`}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main>
          {shown.map(([id, title, body]) => (
            <section key={id} id={id} aria-labelledby={`${id}-title`}>
              <h2 id={`${id}-title`}>{title}</h2>
              {body}
            </section>
          ))}
        </main>
        <footer>Sizes are bytes of the IP packet unless a row says otherwise. Times are UTC.</footer>
      </body>
    </html>
  );
}

function Summary({ result, isOfPlan }: { readonly result: RunResult; readonly isOfPlan: boolean }): JSX.Element {
  const count = (verdict: Verdict): number => result.checks.filter((check) => check.verdict === verdict).length;
  const coverage = sayCoverage(result);
  const kernels = Object.entries(result.kernels).map(([node, kernel]) => harmless(`${node}: ${kernel}`));
  return (
    <>
      <p class={`verdict ${result.verdict}`}>
        <span class="word">
          {verdictLook[result.verdict].mark} {result.verdict}
        </span>
        : {count("pass")} passed, {count("fail")} failed, {count("unknown")} unknown
      </p>
      {!isOfPlan && (
        <p>
          The lab was declared otherwise since: topology, predictions and configurations below are newer than what was
          measured.
        </p>
      )}
      <dl class="facts">
        <dt>Started</dt>
        <dd>{harmless(result.startedAt)}</dd>
        <dt>Took</dt>
        <dd>{sayDuration(result.durationMs)}</dd>
        <dt>Plan</dt>
        <dd>
          <code>{result.planSha256.slice(0, 12)}</code>
        </dd>
        {coverage.length > 0 && (
          <>
            <dt>Looked at</dt>
            {coverage.map((line) => (
              <dd key={line}>{line}</dd>
            ))}
          </>
        )}
        {kernels.length > 0 && (
          <>
            <dt>Kernels</dt>
            <dd>{kernels.join("; ")}</dd>
          </>
        )}
        {result.software && (
          <>
            <dt>Software</dt>
            <dd>
              {Object.entries(result.software)
                .map(([name, version]) => harmless(`${name} ${version}`))
                .join("; ")}
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function Tunnels({ plan, result }: { readonly plan: LabPlan; readonly result: RunResult }): JSX.Element {
  return (
    <>
      {plan.tunnels.map((tunnel) => (
        <article key={tunnel.name}>
          <h3>{tunnel.name}</h3>
          <TunnelFacts tunnel={tunnel} />
          <Anatomy plan={plan} tunnel={tunnel} />
          <SizesChart
            plan={plan}
            tunnel={tunnel}
            measured={measuredSizes(result.checks.filter(({ id }) => id.startsWith(`${tunnel.name}/`)))}
          />
        </article>
      ))}
    </>
  );
}

function TunnelFacts({ tunnel }: { readonly tunnel: PlannedTunnel }): JSX.Element {
  const { prediction, esp, order, mode, ikeVersion, natTraversal } = tunnel;
  const protectedBy =
    order === "gre"
      ? "nothing"
      : `ESP ${esp.encryption}${esp.integrity === "none" ? "" : ` ${esp.integrity}`}, ${mode} mode, IKEv${ikeVersion}${natTraversal ? ", in UDP (NAT-T)" : ""}`;
  const facts: readonly (readonly [string, string])[] = [
    ["order", order],
    ["protection", protectedBy],
    ["ip mtu", `${prediction.ipMtuBytes} bytes (largest that fits: ${prediction.largestInnerBytes})`],
    ["adjust-mss", `${prediction.tcpMssBytes} bytes`],
    ["smallest MTU on the way", `${prediction.pathMtuBytes} bytes`],
    ...(tunnel.left.detection[0] ? [["a dead end is noticed", tunnel.left.detection[0].why] as const] : []),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** The largest packet that is not fragmented, header by header. */
function Anatomy({ plan, tunnel }: { readonly plan: LabPlan; readonly tunnel: PlannedTunnel }): JSX.Element {
  const bytes = Math.min(tunnel.prediction.ipMtuBytes, tunnel.prediction.largestInnerBytes);
  const layers = layersOf(bytes, roadOf(plan, tunnel, "linux").encapsulation);
  const svg = renderLayersSvg(layers, `A packet of ${bytes} bytes in ${tunnel.name}`, `${tunnel.name}-`);
  return (
    <div
      class="scroll"
      tabIndex={0}
      role="group"
      aria-label="Headers of the packet"
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}

const textNames: Readonly<Record<keyof NodeTexts, string>> = {
  sysctl: "sysctl",
  firewall: "iptables-restore",
  interfaces: "ip -batch",
  ipsec: "swanctl.conf",
  ipsecSecrets: "swanctl.conf, secrets (a name stands in each key's place)",
  routing: "frr.conf",
  keepalive: "tw-keepalive",
};

function Configurations({ nodes }: { readonly nodes: readonly PlannedNode[] }): JSX.Element {
  return (
    <>
      {nodes.map((node) => (
        <details key={node.name}>
          <summary>
            {node.name} ({node.role})
          </summary>
          {textsOf(node).map(([title, text]) => (
            <>
              <p class="quiet">{title}</p>
              <pre tabIndex={0} role="group" aria-label={`${node.name}: ${title}`}>
                <Configuration text={text} />
              </pre>
            </>
          ))}
        </details>
      ))}
    </>
  );
}

function textsOf({ texts, ios }: PlannedNode): [title: string, text: string][] {
  const linux = (Object.keys(textNames) as (keyof NodeTexts)[]).map((key): [string, string] => [
    textNames[key],
    texts[key],
  ]);
  return [...linux, ...(ios ? [["IOS", ios.config] as [string, string]] : [])].filter(([, text]) => text.trim() !== "");
}
