/**
 * A little kernel for `ip -batch`: what Linux 6.1 does with the lines we write, also what it does on its own and what it refuses.
 * Only what the tests need; each rule was seen on a router.
 */
interface Device {
  gre: string | null;
  addressGenerationOff: boolean;
  mtuBytes: number;
  up: boolean;
  addresses: string[];
}

const number = (address: string): number => address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
const isIn = (network: string, address: string): boolean => {
  const [base = "", length] = network.split("/");
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
};
const host = (address: string): string => address.split("/")[0]!;
const isSameSubnet = (a: string, b: string): boolean => a.split("/")[1] === b.split("/")[1] && isIn(a, host(b));
const identity = (gre: string): string => /\bkey (\d+)/.exec(gre)?.[1] ?? "nokey";

export class Kernel {
  readonly devices = new Map<string, Device>();
  readonly routes = new Map<string, { via: string; device: string }>();

  constructor(physical: readonly string[]) {
    for (const name of physical) this.devices.set(name, this.#device(null));
  }

  run(batch: string): void {
    for (const line of batch.split("\n").filter((each) => each !== "")) this.#line(line);
  }

  /** What is there, in the order of nothing in particular: sorted lines. Physical interfaces that are down and bare are not told. */
  lines(): string[] {
    const lines: string[] = [];
    for (const [name, device] of this.devices) {
      if (device.gre === null && !device.up && device.addresses.length === 0) continue;
      if (device.gre !== null) lines.push(`link add name ${name} type gre ${device.gre}`);
      if (device.addressGenerationOff) lines.push(`link set dev ${name} addrgenmode none`);
      lines.push(`link set dev ${name} mtu ${device.mtuBytes} ${device.up ? "up" : "down"}`);
      for (const address of device.addresses) lines.push(`address add ${address} dev ${name}`);
    }
    for (const [destination, { via }] of this.routes) lines.push(`route add ${destination} via ${via}`);
    return lines.sort();
  }

  #line(line: string): void {
    const words = line.split(" ");
    const [object, verb] = words;
    const name = words[words.indexOf(words.includes("name") ? "name" : "dev") + 1]!;
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    if (object === "route") {
      this.#route(words, fail);
      return;
    }
    if (line.startsWith("link add name")) {
      if (this.devices.has(name)) fail("File exists");
      const gre = line.slice(line.indexOf("type gre ") + 9);
      this.#refuseTwin(name, gre, fail);
      this.devices.set(name, this.#device(gre));
      return;
    }
    const device = this.devices.get(name) ?? fail("Cannot find device");
    if (object === "address") {
      this.#address(verb!, words[2]!, device, name, fail);
      return;
    }
    if (verb === "delete") {
      if (device.gre === null) fail("Operation not supported");
      this.devices.delete(name);
      this.#flushRoutes(name);
    } else if (words.includes("addrgenmode")) device.addressGenerationOff = words.at(-1) === "none";
    else if (words.includes("gre")) {
      const change = line.slice(line.indexOf("type gre ") + 9);
      if (device.gre === null) fail("Operation not supported");
      if (!/nopmtudisc (no)?ignore-df$/.test(change) || !/ (no)?key\b/.test(change))
        fail("says nothing of what is to be off");
      const gre = change.replaceAll(/ no(?:key|csum|seq|ignore-df)\b/g, "");
      this.#refuseTwin(name, gre, fail);
      device.mtuBytes = 1476; // chosen anew by the kernel
      device.gre = gre;
    } else {
      const mtu = words.indexOf("mtu");
      if (mtu > 0) device.mtuBytes = Number(words[mtu + 1]);
      if (words.includes("up")) device.up = true;
      if (words.includes("down")) {
        device.up = false;
        this.#flushRoutes(name);
      }
    }
  }

  #device(gre: string | null): Device {
    return { gre, addressGenerationOff: false, mtuBytes: gre === null ? 1500 : 1476, up: false, addresses: [] };
  }

  #refuseTwin(name: string, gre: string, fail: (why: string) => never): void {
    const ends = (text: string): string => `${text.split(" ").slice(0, 4).join(" ")} ${identity(text)}`;
    for (const [other, device] of this.devices)
      if (other !== name && device.gre !== null && ends(device.gre) === ends(gre)) fail("File exists");
  }

  #address(verb: string, address: string, device: Device, name: string, fail: (why: string) => never): void {
    const has = device.addresses.includes(address);
    if (verb === "delete") {
      if (!has) fail("Cannot assign requested address");
      const index = device.addresses.indexOf(address);
      // The first of a subnet is its primary; the others go with it (promote_secondaries = 0).
      const isPrimary = !device.addresses.slice(0, index).some((other) => isSameSubnet(other, address));
      device.addresses = device.addresses.filter(
        (other, at) => other !== address && !(isPrimary && at > index && isSameSubnet(other, address)),
      );
      if (device.addresses.length === 0) this.#flushRoutes(name);
    } else if (has) {
      if (verb === "add") fail("File exists");
    } else device.addresses.push(address);
  }

  #route(words: readonly string[], fail: (why: string) => never): void {
    const [, verb, destination = "", , via = ""] = words;
    const known = this.routes.get(destination);
    if (verb === "delete") {
      if (known?.via !== via) fail("No such process");
      this.routes.delete(destination);
      return;
    }
    if (verb === "add" && known) fail("File exists");
    const device = [...this.devices].find(
      ([, each]) => each.up && each.addresses.some((address) => isIn(address, via)),
    );
    if (!device) return fail("Nexthop has invalid gateway");
    this.routes.set(destination, { via, device: device[0] });
  }

  #flushRoutes(name: string): void {
    for (const [destination, route] of this.routes) if (route.device === name) this.routes.delete(destination);
  }
}
