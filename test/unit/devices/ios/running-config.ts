/** The running configuration of the tests' device: it takes lines as IOS does and prints them in IOS's own form, which is another. */

/** Lines of which there is one: a new one takes the old one's place. */
const single = [
  "ip address",
  "ip mtu",
  "ip tcp adjust-mss",
  "tunnel source",
  "tunnel destination",
  "tunnel mode",
  "tunnel key",
  "tunnel protection",
  "keepalive",
  "description",
  "encr",
  "encryption",
  "hash",
  "authentication remote",
  "authentication local",
  "authentication",
  "group",
  "lifetime",
  "mode",
  "set peer",
  "set transform-set",
  "set pfs",
  "set ikev2-profile",
  "match address",
  "hostname",
  "bandwidth",
  "ip ospf network",
  "mtu",
];
/** What is so unless said otherwise is not printed. */
const defaults =
  /^(tunnel mode gre ip|encr des|hash sha|group 1|lifetime 86400|mode tunnel|no shutdown|authentication rsa-sig|exit)$/;

interface Section {
  readonly header: string;
  lines: string[];
}

export class RunningConfig {
  readonly #era: "15" | "17";
  #sections: Section[] = [];

  constructor(text: string, era: "15" | "17") {
    this.#era = era;
    this.replace(text);
  }

  get hostname(): string {
    return (
      this.#top()
        .lines.find((line) => line.startsWith("hostname "))
        ?.slice(9) ?? "Router"
    );
  }

  replace(text: string): void {
    this.#sections = [{ header: "", lines: [] }];
    let header = "";
    let below = "";
    for (const line of text.split("\n")) {
      if (line.trim() === "" || line.startsWith("!") || line === "end") continue;
      if (line.startsWith("  ")) this.take(header, line.trim(), below);
      else if (line.startsWith(" ")) this.take(header, (below = line.trim()));
      else if (
        /^(interface|crypto (isakmp policy|ipsec (transform-set|profile)|map|ikev2)|ip access-list|router|archive)/.test(
          line,
        )
      ) {
        header = line.trim();
        this.enter(header);
      } else this.take("", line.trim());
    }
  }

  enter(header: string): void {
    if (!this.#sections.some((section) => section.header === header)) this.#sections.push({ header, lines: [] });
  }

  linesOf(header: string): readonly string[] {
    return this.#sections.find((section) => section.header === header)?.lines ?? [];
  }

  /** `below`: the line of the section that it stands below, indented once more. */
  take(header: string, line: string, below?: string): void {
    const section = this.#sections.find((each) => each.header === header) ?? this.#top();
    if (below !== undefined) {
      const at = section.lines.indexOf(below) + 1;
      const until = section.lines.findIndex((each, index) => index >= at && !each.startsWith(" "));
      const inner = section.lines.slice(at, until < 0 ? undefined : until);
      const word = line.split(" ")[0] ?? "";
      const rest = inner.filter((each) => each.trim().split(" ")[0] !== word);
      section.lines.splice(at, inner.length, ...rest, ` ${line}`);
      return;
    }
    // A proposal of IKEv2 has the word whole in every release.
    const cut = header.startsWith("crypto isakmp policy ") ? line.replace(/^(no )?encryption /, "$1encr ") : line;
    const own = cut.replace(/^(no )?\d+ (permit|deny) /, "$1$2 ");
    if (own.startsWith("no ")) this.#remove(section, own.slice(3));
    else {
      const head = single.find((each) => own === each || own.startsWith(`${each} `));
      if (head !== undefined)
        section.lines = section.lines.filter((each) => each !== head && !each.startsWith(`${head} `));
      if (!defaults.test(own) && !section.lines.includes(own)) section.lines.push(own);
    }
  }

  print(): string {
    return this.#sections
      .map(({ header, lines }) => {
        const printed = lines.map((line, index) => this.#printed(header, line, index));
        if (header === "") return printed.map((line) => `${line}\n`).join("");
        return `!\n${header}\n${printed.map((line) => ` ${line}\n`).join("")}`;
      })
      .join("");
  }

  #printed(header: string, line: string, index: number): string {
    if (this.#era === "15") return line;
    if (header.startsWith("ip access-list ")) return `${(index + 1) * 10} ${line}`;
    return line.replace(/^encr /, "encryption ");
  }

  #remove(section: Section, line: string): void {
    // A transform set and an entry of a crypto map go by their names alone.
    const isMeant = (header: string): boolean =>
      header === line || (/^crypto (ipsec transform-set|map)/.test(line) && header.startsWith(`${line} `));
    if (this.#sections.some(({ header }) => header !== "" && isMeant(header))) {
      this.#sections = this.#sections.filter(({ header }) => header === "" || !isMeant(header));
      return;
    }
    section.lines = section.lines.filter((each) => each !== line && !each.startsWith(`${line} `));
  }

  #top(): Section {
    const [top] = this.#sections;
    if (!top) throw new Error("there is always a top");
    return top;
  }
}
