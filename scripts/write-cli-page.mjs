#!/usr/bin/env -S node --import tsx
// Writes docs/cli.md from the program itself (cli/program.ts): every command with its arguments, options and examples.
// Run with `node --import tsx scripts/write-cli-page.mjs` after one changed; a unit test fails when the page is stale.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeCompletion, makeProgram } from "../cli/program.ts";

const root = new URL("../", import.meta.url);

/** The program with every command, as --help tells of it. */
export function programToTell() {
  const program = makeProgram({ run: () => Promise.resolve(), signal: new AbortController().signal });
  describeCompletion(program);
  return program;
}

/** What can be called, in order: of `provider` its own commands. @param {import("commander").Command} command @returns {import("commander").Command[]} */
export function commandsOf(command) {
  return command.commands.flatMap((each) => (each.commands.length > 0 ? commandsOf(each) : [each]));
}

/** `provider path`. @param {import("commander").Command} command @returns {string} */
export function wordsOf(command) {
  return command.parent?.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();
}

/** @param {import("commander").Command} command */
function sectionOf(command) {
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .filter(({ long }) => long !== "--help")
    .map((option) => `| \`${option.flags.replaceAll("|", "\\|")}\` | ${escaped(help.optionDescription(option))} |`);
  const after = afterHelp(command);
  return [
    `## ${wordsOf(command)}`,
    `\`npx tunnelwright ${wordsOf(command)} ${usageOf(command)}\``.replace(" `", "`"),
    `${sentence(command.description())}`,
    ...(options.length > 0 ? [["| option | does |", "|---|---|", ...options].join("\n")] : []),
    ...(after ? [`\`\`\`text\n${after}\n\`\`\``] : []),
  ].join("\n\n");
}

/** @param {import("commander").Command} command */
function usageOf(command) {
  return command
    .usage()
    .replace(/^\[options\] ?/, command.options.length > 0 ? "[options] " : "")
    .trim();
}

/** What stands below the options in the command's help: examples, forms. @param {import("commander").Command} command */
function afterHelp(command) {
  let text = "";
  const write = (/** @type {string} */ part) => {
    text += part;
  };
  command.configureOutput({ writeOut: write, getOutHelpWidth: () => 100, getOutHasColors: () => false });
  command.outputHelp();
  const own = command.createHelp();
  own.prepareContext({ helpWidth: 100, outputHasColors: false });
  return text.slice(own.formatHelp(command, own).length).trim();
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

/** @param {string} text */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replaceAll("<", "\\<");
}

/** The text of docs/cli.md. */
export function cliPage() {
  const commands = commandsOf(programToTell());
  return `# The command line

\`npx tunnelwright\` in a clone, after \`scripts/setup\`. This page is written from the program by scripts/write-cli-page.mjs
(\`npm run docs:write\`); \`npx tunnelwright COMMAND --help\` says the same in a terminal. The scripts beside it
(\`setup\`, \`demo\`, \`test\`) are told in [scripts/README.md](../scripts/README.md).

${commands.map((command) => `- [${wordsOf(command)}](#${wordsOf(command).replaceAll(" ", "-")}): ${escaped(command.description())}`).join("\n")}

${commands.map(sectionOf).join("\n\n")}

## Exit codes

| code | means |
|---|---|
| 0 | every check passed, or the command did what it was asked |
| 1 | a check failed or is unknown, a configuration has errors, a demo or a rebuild is not as predicted |
| 2 | the command line or a document is wrong; nothing was begun |
| 3 | the machine or the lab lacks something; the message says what, and how to mend it |
| 4 | interrupted |

With a command behind the node's name, \`ssh\` ends with that command's exit code.

## Environment

| variable | is read by | does |
|---|---|---|
| \`DOCKER_HOST\` | everything that speaks to the engine | another engine than \`/var/run/docker.sock\`: \`unix://…\` or plain \`tcp://…\` |
| \`DOCKER_TLS_VERIFY\` | \`scripts/setup\` | when it is set, a \`tcp://\` engine is refused: TLS is not spoken |
| \`NO_COLOR\` | every command that prints in colour | when it is not empty, no colour; words say the same |
| \`TERM\`, \`CI\` | \`up\`, \`down\`, \`rebuild\`, \`verify\`; of \`scripts/setup\` \`TERM\` alone | with \`TERM=dumb\`, or any \`CI\`: lines instead of a list that is drawn anew |
| \`TERRAFORM_BINARY_NAME\` | cdktf, \`up\`, \`down\`, \`rebuild\`, \`demo\` | which Terraform is run: a name on PATH, or a path (default \`terraform\`) |
| \`XDG_CACHE_HOME\` | \`scripts/setup\` | where the cache is (default \`~/.cache\`): Terraform, its Docker provider |
| \`TF_LOG_PROVIDER\`, \`TF_LOG_PATH\` | Terraform, for the provider | the provider's log; keys are never in it ([provider.md](provider.md#logs)) |
| \`CHECKPOINT_DISABLE\` | cdktf and Terraform | 1: their maker's version service is not asked; \`up\`, \`down\` and the scripts set it |

## Files left on disk

All in the current folder. \`.tunnelwright\` and each lab's folder are 0700; what holds a secret is 0600 besides.

| path | is | goes with |
|---|---|---|
| \`cdktf.out/\` | what synth wrote: Terraform's JSON, links to the providers | the next synth |
| \`.tunnelwright/setup.json\`, \`router-image.json\`, \`terraform.lock.hcl\`, \`setup.log\` | what set-up found and built | nothing; \`scripts/setup\` writes it anew |
| \`.tunnelwright/declared/NAME.json\` | the declaration of a twin | \`down NAME\` |
| \`.tunnelwright/LAB/plan.json\`, \`declaration.json\`, \`address-block.json\` | what was predicted, declared and chosen at synth | \`down LAB\` |
| \`.tunnelwright/LAB/terraform.tfstate\` | Terraform's state; it holds no key | \`down LAB\` leaves an empty one |
| \`.tunnelwright/LAB/keys/\`, \`known_hosts\`, \`ssh_config\`, \`inventory.json\` | SSH: the lab's private key, each node's host key, what is pinned, where each node is | \`down LAB\` |
| \`.tunnelwright/LAB/psk/TUNNEL\` | the pre-shared key, its one place on disk | \`down LAB\` |
| \`.tunnelwright/LAB/ios/\` | of routers of IOS: password, startup configuration, learnt host keys | \`down LAB\` |
| \`.tunnelwright/LAB/results/\` | the last 20 runs, their captures, \`latest.json\`, \`latest.junit.xml\`, \`latest.html\` | \`down LAB\` |
| \`.tunnelwright/LAB/demos/\` | what demos saw: captures and a document | \`down LAB\` |
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL("docs/cli.md", root), cliPage());
