/** @jsxRuntime automatic @jsxImportSource preact */
/** The checks with their numbers and, folded, what was run to get them. */
import type { JSX } from "preact";
import type { Finding } from "../../model/finding.ts";
import { harmless, harmlessLines } from "../../model/harmless.ts";
import type { CheckResult, Evidence, RunResult } from "../../model/run-result.ts";
import { isBlocked } from "../is-blocked.ts";
import { verdictLook } from "../paint.ts";
import { sayDuration } from "../say-duration.ts";

/** An output that is longer is cut in the page; the document has it whole. */
const mostOutputCharacters = 6000;

/** All checks; radio buttons choose which are shown, without a script. */
export function Checks({ result: { checks } }: { readonly result: RunResult }): JSX.Element {
  return (
    <>
      <fieldset>
        <legend>Show</legend>
        <Choice id="show-all" label="all checks" isFirst />
        <Choice id="show-open" label="only those that did not pass" />
        <Choice id="show-differing" label="only those with a number that differs" />
      </fieldset>
      {checks.every(({ verdict }) => verdict === "pass") && <p class="none open">All checks passed.</p>}
      {!checks.some(isDiffering) && <p class="none differing">Every number is as it was predicted.</p>}
      {checks.map((check) => (
        <Check key={check.id} check={check} />
      ))}
    </>
  );
}

const isDiffering = ({ facts }: CheckResult): boolean => facts.some(({ agrees }) => !agrees);

function Choice({
  id,
  label,
  isFirst = false,
}: {
  readonly id: string;
  readonly label: string;
  readonly isFirst?: boolean;
}): JSX.Element {
  return (
    <label for={id}>
      <input type="radio" name="show" id={id} checked={isFirst} /> {label}
    </label>
  );
}

function Check({ check }: { readonly check: CheckResult }): JSX.Element {
  const { title, verdict, summary, facts, lookAt, evidence, settle, blockedBy } = check;
  const id = harmless(check.id);
  return (
    <section class={`check ${verdict}${isDiffering(check) ? " differing" : ""}`} aria-label={`${id}: ${verdict}`}>
      <h3>
        <span class={`word ${verdict}`}>
          {verdictLook[verdict].mark} {verdict}
        </span>{" "}
        {harmless(title)} <code>{id}</code>
      </h3>
      <p>{harmless(isBlocked(check) ? `not looked at: ${blockedBy.join(", ")} did not pass` : summary)}</p>
      {facts.length > 0 && <Facts facts={facts} of={id} />}
      {verdict !== "pass" && !isBlocked(check) && settle.timeoutMs > 0 && (
        <p class="quiet">
          waited up to {sayDuration(settle.timeoutMs)} (settle time: {harmless(settle.name)})
        </p>
      )}
      {verdict !== "pass" && lookAt.length > 0 && (
        <>
          <p>Where to look:</p>
          <ul>
            {lookAt.map((place) => (
              <li key={place}>{harmless(place)}</li>
            ))}
          </ul>
        </>
      )}
      {evidence.length > 0 && (
        <details>
          <summary>
            {evidence.length} {evidence.length === 1 ? "command" : "commands"} and what they answered
          </summary>
          {evidence.map((each, index) => (
            <Answer key={index} evidence={each} />
          ))}
        </details>
      )}
    </section>
  );
}

function Facts({ facts, of }: { readonly facts: CheckResult["facts"]; readonly of: string }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={`Numbers of ${of}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            <th scope="col">predicted</th>
            <th scope="col">measured</th>
            <th scope="col">unit</th>
            <th scope="col">agrees</th>
          </tr>
        </thead>
        <tbody>
          {facts.map(({ quantity, predicted, measured, unit, agrees }) => (
            <tr key={quantity} class={agrees ? "" : "differs"}>
              <td>{harmless(quantity)}</td>
              <td>{harmless(predicted)}</td>
              <td>{harmless(measured)}</td>
              <td>{harmless(unit)}</td>
              <td>{agrees ? "yes" : <strong>no</strong>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Answer({ evidence: { node, command, output, exitCode, file } }: { readonly evidence: Evidence }): JSX.Element {
  const shown = harmlessLines(output).join("\n");
  const rest = shown.length - mostOutputCharacters;
  const words = command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
  return (
    <>
      <p>
        <code>{harmless(`${node}# ${words}`)}</code>
        {exitCode !== 0 && <span class="quiet"> exit code {exitCode}</span>}
        {file !== null && <span class="quiet"> capture: {harmless(file)}</span>}
      </p>
      {shown !== "" && (
        <pre tabIndex={0} role="group" aria-label={harmless(`Answer of ${node}`)}>
          {shown.slice(0, mostOutputCharacters)}
          {rest > 0 && `\n… ${rest} characters more in the document`}
        </pre>
      )}
    </>
  );
}

/** What the rules said of the declaration, with what it comes from and how to mend it. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }): JSX.Element {
  return (
    <>
      {findings.map(({ ruleId, severity, what, where, why, fix }) => (
        <article key={`${ruleId} ${where}`}>
          <h3>
            {severity}: {harmless(what)}
          </h3>
          <dl class="facts">
            <dt>rule</dt>
            <dd>
              <code>{ruleId}</code> (docs/rules/{ruleId.replace("/", "-")}.md)
            </dd>
            <dt>where</dt>
            <dd>{harmless(where)}</dd>
            <dt>why</dt>
            <dd>{harmless(why)}</dd>
            <dt>to mend it</dt>
            <dd>{harmless(fix)}</dd>
          </dl>
        </article>
      ))}
    </>
  );
}
