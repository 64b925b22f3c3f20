/**
 * IOS as data: how it asks, complains and remarks. Nothing here was seen on an image by this project; each line is of Cisco's documents
 * or of the tables other tools carry after years of use: netmiko, scrapli's cisco_iosxe, Ansible's cisco.ios, pyATS unicon, napalm-ios.
 */

/** What an unterminated line of IOS may be waiting for. */
export type QuestionName = "confirm" | "yes-no" | "filename" | "username" | "password" | "press-return" | "other";

/** Hostname, mode in parentheses if any, `>` or `#`. Any mode is one: `(ipsec-profile)` and `(cfg-crypto-trans)` are, `(tcl)` is not IOS's. */
export const promptPattern = /^([A-Za-z0-9][\w.\-@/:+]{0,62})(?:\(([^()\s]{1,64})\))?([>#]) ?$/;

/**
 * IOS cuts the hostname in the prompts of its configuration modes so that the prompt stays short; other tools trust the first
 * 16 characters (netmiko base_prompt, its pull request 2720).
 */
export const trustedHostnameLength = 16;

/** Four forms of the pager, as unicon's mock device has them; also at the end of what was printed before. */
export const pagerPattern = /(?:^|\s)-- ?More ?--\s*$/i;

/** A message of the system in the stream: facility, severity 0 to 7, mnemonic. */
export const syslogPattern = /%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:/;

/** Questions, the narrow ones first. */
export const questions: readonly (readonly [QuestionName, RegExp])[] = [
  ["confirm", /\[confirm\]\s*$/i],
  ["yes-no", /\[(?:yes|no|y|n)(?:\/(?:yes|no|y|n))?\]\s*[:?]?\s*$/i],
  ["password", /(?:password|passphrase|passcode|secret)[^\n]{0,60}:\s*$/i],
  ["username", /^(?:user ?name|login)\s*:\s*$/i],
  ["press-return", /press return to get started[.!]?\s*$/i],
  ["filename", /\[[^\]\n]{0,120}\]\s*\?\s*$/],
  ["other", /[?]\s*$|\]\s*:\s*$/],
];

/**
 * Lines that begin with `%` and are remarks. All others that do stop a push.
 * The remark on a new crypto map is what every first line of one prints.
 */
export const remarks: readonly RegExp[] = [
  /^% ?note:/i,
  /^% ?warning:/i,
  /^% ?info:/i,
  /^% generating /i,
  /^% the key modulus size is /i,
  /^%default route without gateway/i,
  /^% ?interface \S+ ipv[46] disabled and address\(es\) removed/i,
  /^% this will not take effect until /i,
];

/** Complaints that do not begin with `%`. */
export const complaints: readonly RegExp[] = [
  /^command authorization failed/i,
  /^command rejected/i,
  /^bad mask /i,
  /^error:/i,
  /^invalid (?:input|number|address)\b/i,
  /^routing table \S+ does not exist/i,
  /^vrf \S+ (?:not configured|does not exist)/i,
  /^configuration mode is locked/i,
  /^no such command/i,
];

/** Two of the ways in which the line of a caret can look: `            ^`. */
export const caretPattern = /^\s*\^\s*$/;

/** What `enable` says when it refuses. */
export const enableRefusals =
  /% ?(?:bad secrets|no password set|error in authentication|access denied|bad passwords|authentication failed)/i;

/** Commands that only print: after these an Enter that comes too early does no harm. */
export const readOnlyCommand = /^(?:show|sh|dir|more|ping|traceroute)\b/i;

/** Of the PTY and of `terminal width`; a longer line would be edited on the screen, and its echo with it. */
export const terminalColumns = 511;

/** Old algorithms that only a device told so is offered, after the modern ones (measured: each connects with ssh2 1.17 and OpenSSL 3). */
export const legacyAlgorithms = {
  kex: ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
  cipher: ["aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"],
  hmac: ["hmac-md5", "hmac-sha1-96"],
  serverHostKey: ["ssh-dss"],
} as const;
