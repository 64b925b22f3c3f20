/** What is wrong with the value of an attribute, as a sentence; undefined when nothing is. None of them shows a secret. */
import { addressProblem, quote } from "../../model/addresses.ts";
import { isBase64 } from "../../model/base64.ts";
import { isDockerHost } from "../../model/placement.ts";
import { isContainerName } from "../../model/relay.ts";
import { iosImageKinds } from "../../model/ios-images.ts";

/** A TCP port. */
export const port = (value: number) =>
  Number.isInteger(value) && value >= 1 && value <= 65535 ? undefined : "a port is 1 to 65535";
/** The name of a lab or of a node: containers and files are named by it. */
export const labName = (value: string) =>
  /^[a-z][a-z0-9-]{0,29}$/.test(value) ? undefined : "a name is 1 to 30 of a-z, 0-9 and -, and begins with a letter";
/** The name of a network device of Linux. */
export const deviceName = (value: string) =>
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(value)
    ? undefined
    : "a device's name is 1 to 15 of letters, digits, _, . and -, and does not begin with -";
/** What Docker calls a container. */
export const containerName = (value: string) =>
  isContainerName(value) ? undefined : "a container's name is letters, digits, _, . and -";
/** How an engine is reached. */
export const dockerHost = (value: string) =>
  isDockerHost(value) ? undefined : "an engine is unix:///PATH or tcp://ADDRESS:PORT";
/** What ssh_config can say of a path: neither a quote nor a backslash nor `${`, and no line break. */
export const absolutePath = (value: string) =>
  /^\/[^\p{Cc}"\\]*$/u.test(value) && !value.includes("${") && value.length < 4096
    ? undefined
    : "a path is absolute and has no quote, backslash, ${ or control character in it";
/** Names and addresses become files, lines of ssh_config and of known_hosts. */
export const nodeAddresses = (nodes: Readonly<Record<string, string>>) => {
  const faults = Object.entries(nodes).flatMap(([name, address]) => {
    const problem = labName(name) ?? addressProblem(address);
    return problem === undefined ? [] : [`${quote(name)}: ${problem}`];
  });
  return faults.length === 0 ? undefined : faults.slice(0, 5).join("; ");
};
/** A name of the DNS, or an address of either family. */
export const hostOrAddress = (value: string) =>
  /^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/.test(value) || /^::?[0-9A-Fa-f:.]{0,43}$/.test(value)
    ? undefined
    : "a host is a name or an address";
/** A key is a secret: what is wrong with it is told without it. */
export const base64Keys = (keys: Readonly<Record<string, string>>) => {
  const faults = Object.entries(keys).flatMap(([tunnel, key]) => {
    const problem = deviceName(tunnel) ?? (isBase64(key) ? undefined : "the key is not base64");
    return problem === undefined ? [] : [`${quote(tunnel)}: ${problem}`];
  });
  return faults.length === 0 ? undefined : faults.slice(0, 5).join("; ");
};
/** A kind of virtual IOS. */
export const iosKind = (value: string) =>
  iosImageKinds.some((kind) => kind === value) ? undefined : `a kind is ${iosImageKinds.join(", ")}`;
