/** TypeScript that pages show, compiled against the project as if it stood in docs/. Nothing is written. */
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "../../..");

/** What a part of a lab takes for granted; those that it declares itself are left out. */
const prelude: readonly (readonly [string, string])[] = [
  ["app", "App"],
  ["lab", "Lab"],
  ["isp", "Wan"],
  ["r1", "Router"],
  ["r2", "Router"],
];

/** A whole file, or a part of a lab with what it takes for granted in front, in one line. */
function programOf(code: string): string {
  if (/^import /m.test(code)) return code;
  const given = prelude.filter(([name]) => !new RegExp(`const ${name} =`).test(code));
  return (
    [
      'import { App } from "cdktf"; import * as constructs from "../constructs/index.ts";',
      "const { Lab, Wan, Router, Host, Segment, Link, CoreRouter, DualHub, GreIpsecTunnel, IpsecTunnel, RedundantTunnels } = constructs;",
      ...given.map(([name, type]) => `declare const ${name}: ${type === "App" ? "App" : `constructs.${type}`};`),
      "void [App, Lab, Wan, Router, Host, Segment, Link, CoreRouter, DualHub, GreIpsecTunnel, IpsecTunnel, RedundantTunnels];\n",
    ].join(" ") + code
  );
}

/** Name → code; gives the compiler's errors, each with the name and the line of the code. */
export function typeErrors(blocks: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const files = new Map<string, readonly [name: string, text: string]>();
  let count = 0;
  for (const [name, code] of blocks) files.set(join(root, `docs/block-${count++}.ts`), [name, programOf(code)]);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path)?.[1] ?? disk.readFile(path),
    getSourceFile: (path, target, ...rest) => {
      const own = files.get(path);
      return own ? ts.createSourceFile(path, own[1], target) : disk.getSourceFile(path, target, ...rest);
    },
    getCurrentDirectory: () => root,
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  return [...files].flatMap(([path, [name, text]]) => {
    const source = program.getSourceFile(path);
    const offset = text.startsWith('import { App } from "cdktf"; import * as constructs') ? 1 : 0;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1 - offset;
        return `${name}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      },
    );
  });
}
