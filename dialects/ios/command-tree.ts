/** Command lines against a tree of keywords, as IOS reads them: a keyword may be cut to any beginning that no other keyword shares. */

/** What an argument must look like; `rest` takes the remaining words, `interface` one word or two (`Serial 0/0`). */
type ArgumentType = "word" | "ipv4" | "int" | "interface" | "rest" | "prefix6" | "ipv6";

interface Argument {
  readonly name: string;
  readonly type: ArgumentType;
  readonly least: number;
  readonly most: number;
}

interface TreeNode<Command> {
  /** The argument that tells which of several keywords stood here. */
  captureAs: string | undefined;
  readonly keywords: Map<string, TreeNode<Command>>;
  readonly parameters: { readonly argument: Argument; readonly node: TreeNode<Command> }[];
  command: Command | undefined;
}

/** The values of a line's arguments by their names in the syntax. */
export type Arguments = Readonly<Record<string, string>>;

/** What a line is, held against the tree. */
export type Match<Command> =
  | { readonly kind: "command"; readonly command: Command; readonly args: Arguments }
  /** Words are missing at the end. */
  | { readonly kind: "incomplete" }
  /** A word is the beginning of several keywords. */
  | { readonly kind: "ambiguous"; readonly word: string; readonly among: readonly string[] }
  /** A value stands where only values of another form may. */
  | { readonly kind: "value"; readonly word: string; readonly wanted: string }
  | { readonly kind: "unknown" };

/** A tree made of syntaxes: `ip address <address:ipv4> <mask:ipv4> [secondary]`; `{bit=clear|set}` is a choice of words, kept as `bit`. */
export class CommandTree<Command> {
  readonly #root: TreeNode<Command> = emptyNode();

  /**
   * Adds a command.
   * @throws Error when the syntax is malformed or is there already: the table is wrong.
   */
  add(syntax: string, command: Command): void {
    for (const words of expand(syntax.split(/\s+/))) {
      let node = this.#root;
      for (const word of words) node = childOf(node, word);
      if (node.command !== undefined && node.command !== command)
        throw new Error(`two commands are ${words.join(" ")}`);
      node.command = command;
    }
  }

  /** What the words are. */
  match(words: readonly string[]): Match<Command> {
    return walk(this.#root, words, 0, {});
  }

  /** The commands that the words begin, for lines after `no`, which may leave out the values. */
  matchBeginning(words: readonly string[]): { readonly commands: readonly Command[]; readonly args: Arguments } {
    const whole = this.match(words);
    if (whole.kind === "command") return { commands: [whole.command], args: whole.args };
    const ends = new Set<Command>();
    beneath(this.#root, words, 0, ends);
    return { commands: [...ends], args: {} };
  }
}

function emptyNode<Command>(): TreeNode<Command> {
  return { captureAs: undefined, keywords: new Map(), parameters: [], command: undefined };
}

/** Options and choices written out: every way the syntax can be said. */
function expand(tokens: readonly string[]): string[][] {
  let ways: string[][] = [[]];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (token.startsWith("[")) {
      let end = at;
      while (!(tokens[end] ?? "]").endsWith("]")) end += 1;
      const inner = tokens
        .slice(at, end + 1)
        .join(" ")
        .slice(1, -1);
      const options = expand(inner.split(" "));
      ways = ways.flatMap((way) => [way, ...options.map((option) => [...way, ...option])]);
      at = end;
    } else if (token.startsWith("{")) {
      const [name, words] = token.slice(1, -1).split("=");
      const choices = (words ?? name ?? "").split("|");
      ways = ways.flatMap((way) =>
        choices.map((choice) => [...way, words === undefined ? choice : `${choice}=${name ?? ""}`]),
      );
    } else ways = ways.map((way) => [...way, token]);
  }
  return ways;
}

function childOf<Command>(node: TreeNode<Command>, token: string): TreeNode<Command> {
  if (!token.startsWith("<")) {
    const [keyword = "", captureAs] = token.split("=");
    const child = node.keywords.get(keyword) ?? emptyNode<Command>();
    if (captureAs !== undefined) child.captureAs = captureAs;
    node.keywords.set(keyword, child);
    return child;
  }
  const argument = parseArgument(token);
  const there = node.parameters.find(
    (each) => each.argument.name === argument.name && each.argument.type === argument.type,
  );
  if (there) return there.node;
  const child = emptyNode<Command>();
  node.parameters.push({ argument, node: child });
  return child;
}

/** `<seconds:int(1-32767)>`; without a type it is any word. */
function parseArgument(token: string): Argument {
  const parts = /^<([a-z0-9-]+)(?::(word|ipv4|ipv6|int|interface|rest|prefix6)(?:\((\d+)-(\d+)\))?)?>$/i.exec(token);
  if (!parts) throw new Error(`no argument: ${token}`);
  const [, name = "", type = "word", least = "0", most = "4294967295"] = parts;
  return { name, type: type as ArgumentType, least: Number(least), most: Number(most) };
}

/** The keywords that a word may stand for: the one that it is, or all that it begins. */
function keywordsLike<Command>(node: TreeNode<Command>, word: string): (readonly [string, TreeNode<Command>])[] {
  const exact = node.keywords.get(word);
  if (exact) return [[word, exact]];
  const found: (readonly [string, TreeNode<Command>])[] = [];
  if (word !== "") for (const entry of node.keywords) if (entry[0].startsWith(word)) found.push(entry);
  return found;
}

function walk<Command>(node: TreeNode<Command>, words: readonly string[], at: number, args: Arguments): Match<Command> {
  const word = words[at];
  if (word === undefined)
    return node.command === undefined ? { kind: "incomplete" } : { kind: "command", command: node.command, args };
  const like = keywordsLike(node, word.toLowerCase());
  let best: Match<Command> = { kind: "unknown" };
  const [only] = like.length === 1 ? like : [];
  if (only) {
    const [keyword, child] = only;
    const kept = child.captureAs === undefined ? args : { ...args, [child.captureAs]: keyword };
    const found = walk(child, words, at + 1, kept);
    if (found.kind === "command") return found;
    best = found;
  }
  for (const { argument, node: child } of node.parameters) {
    const taken = take(argument, words, at);
    if (taken === undefined) continue;
    const found = walk(child, words, at + taken.count, { ...args, [argument.name]: taken.value });
    if (found.kind === "command") return found;
    if (best.kind === "unknown") best = found;
  }
  if (best.kind !== "unknown" || like.length === 1) return best;
  if (like.length > 1) return { kind: "ambiguous", word, among: like.map(([keyword]) => keyword) };
  // Where keywords may stand too, the word may be one that is not in the table.
  if (node.keywords.size > 0 || node.parameters.length === 0) return { kind: "unknown" };
  return { kind: "value", word, wanted: node.parameters.map(({ argument }) => describe(argument)).join(" or ") };
}

function beneath<Command>(node: TreeNode<Command>, words: readonly string[], at: number, ends: Set<Command>): void {
  const word = words[at];
  if (word === undefined) {
    collect(node, ends);
    return;
  }
  const like = keywordsLike(node, word.toLowerCase());
  const [only] = like.length === 1 ? like : [];
  if (only) beneath(only[1], words, at + 1, ends);
  else
    for (const { argument, node: next } of node.parameters) {
      const taken = take(argument, words, at);
      if (taken) beneath(next, words, at + taken.count, ends);
    }
}

function collect<Command>(node: TreeNode<Command>, ends: Set<Command>): void {
  if (node.command !== undefined) ends.add(node.command);
  for (const child of node.keywords.values()) collect(child, ends);
  for (const { node: child } of node.parameters) collect(child, ends);
}

function take(
  argument: Argument,
  words: readonly string[],
  at: number,
): { readonly value: string; readonly count: number } | undefined {
  const word = words[at] ?? "";
  switch (argument.type) {
    case "word":
      return { value: word, count: 1 };
    case "rest":
      return { value: words.slice(at).join(" "), count: words.length - at };
    case "ipv4":
      return isIpv4(word) ? { value: word, count: 1 } : undefined;
    case "ipv6":
      return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(word) ? { value: word, count: 1 } : undefined;
    case "prefix6":
      return /^[0-9a-f:.]*:[0-9a-f:.]*\/\d{1,3}$/i.test(word) ? { value: word, count: 1 } : undefined;
    case "int": {
      if (!/^\d{1,10}$/.test(word)) return undefined;
      const value = Number(word);
      return value >= argument.least && value <= argument.most ? { value: String(value), count: 1 } : undefined;
    }
    case "interface": {
      if (/^[a-z][a-z-]*\d[\d/.:]*$/i.test(word)) return { value: word, count: 1 };
      const next = words[at + 1] ?? "";
      return /^[a-z][a-z-]*$/i.test(word) && /^\d[\d/.:]*$/.test(next)
        ? { value: `${word}${next}`, count: 2 }
        : undefined;
    }
  }
}

function isIpv4(word: string): boolean {
  const parts = word.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function describe({ type, least, most }: Argument): string {
  switch (type) {
    case "int":
      return `a number from ${least} to ${most}`;
    case "ipv4":
      return "an IPv4 address";
    case "ipv6":
      return "an IPv6 address";
    case "prefix6":
      return "an IPv6 address with a prefix length";
    case "interface":
      return "an interface";
    case "word":
    case "rest":
      return "a word";
  }
}
