/** The door of reports/: results to text, for people and for machines. */
export { renderJson, runResultJsonSchema } from "./render-json.ts";
export { renderJunit } from "./render-junit.ts";
export { renderTerminal } from "./render-terminal.ts";
