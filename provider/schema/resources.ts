/** The attributes of our resources. The provider serves these objects, and the constructs are derived from them, so the two cannot drift apart. */
import { t } from "./attributes.ts";
import {
  absolutePath,
  base64Keys,
  containerName,
  deviceName,
  dockerHost,
  hostOrAddress,
  iosKind,
  labName,
  nodeAddresses,
  port,
} from "./value-checks.ts";

/** Where the provider is found: no registry serves this name, a local mirror does. */
export const providerAddress = { source: "tunnelwright.invalid/tunnelwright/tunnelwright", version: "0.1.0" } as const;

/** The way to a node on another engine. */
export const relayAttributes = {
  docker_host: t.string({
    description: "The engine, `unix://PATH` or `tcp://ADDRESS:PORT`.",
    required: true,
    check: dockerHost,
  }),
  container: t.string({
    description:
      "The container on it that opens connections: one of the router image, on the node's management network.",
    required: true,
    check: containerName,
  }),
} as const;

/** `tunnelwright_lab_access`: keys for the nodes of a lab, made here and pinned before the first connection. */
export const labAccessAttributes = {
  lab: t.string({ description: "Name of the lab.", required: true, replace: true, check: labName }),
  directory: t.string({
    description:
      "Absolute path of the lab's folder; keys, known_hosts, ssh_config and inventory are written there. It is the lab's alone: destroying empties it.",
    required: true,
    replace: true,
    check: absolutePath,
  }),
  nodes: t.stringMap({ description: "Node name to management address.", required: true, check: nodeAddresses }),
  ios_nodes: t.stringMap({
    description:
      "Name of each router of IOS to its management address: it is in the inventory, no key is made for it, and a password opens it.",
    check: nodeAddresses,
  }),
  through: t.objectMap(relayAttributes, {
    description:
      "Name of each node that this machine is on no network with, to the way there: it is in the inventory and in ssh_config.",
  }),
  state_file: t.string({
    description:
      "Absolute path of the Terraform state. With it a plan refuses what a killed deploy left on the Docker engine: containers and networks with the lab's labels that this state does not know.",
    check: absolutePath,
  }),
  id: t.string({ description: "The lab's name.", computed: true, stable: true }),
  identity_file: t.string({
    description: "Path of the private key that opens every node.",
    computed: true,
    stable: true,
  }),
  authorized_key: t.string({ description: "Public key for the nodes' authorized_keys.", computed: true, stable: true }),
  host_key_files: t.stringMap({
    description: "Node name to the path of its SSH host key, for `upload { source }`.",
    computed: true,
  }),
  host_keys: t.stringMap({ description: "Node name to its public host key: what is pinned.", computed: true }),
} as const;

/** `tunnelwright_router_config`: one node's configuration, pushed over SSH and compared with what is there. */
export const routerConfigAttributes = {
  node: t.string({ description: "Name of the node, for messages.", required: true, check: labName }),
  host: t.string({ description: "Address SSH connects to.", required: true, check: hostOrAddress }),
  port: t.integer({ description: "TCP port SSH connects to.", default: 22, check: port }),
  identity_file: t.string({
    description: "Absolute path of the private key for user root.",
    required: true,
    check: absolutePath,
  }),
  host_key: t.string({
    description: "The node's public host key, `ssh-ed25519 AAAA…`; any other is refused before anything is sent.",
    required: true,
  }),
  container_id: t.string({
    description: "Id of the container the node runs in: another container is configured from nothing.",
    required: false,
  }),
  through: t.object(relayAttributes, {
    description: "The way to a node that this machine is on no network with: SSH goes by the API of its engine.",
  }),
  sysctl: t.string({ description: "Kernel settings, `key = value` lines.", required: true }),
  firewall: t.string({ description: "iptables-restore text of our own chains.", required: true }),
  interfaces: t.string({ description: "ip -batch text that builds addresses, tunnels and routes.", required: true }),
  ipsec: t.string({ description: "swanctl.conf without secrets.", required: true }),
  ipsec_secrets: t.string({ description: "The secrets block with {{psk:TUNNEL}} where a key goes.", required: true }),
  routing: t.string({ description: "frr.conf.", required: true }),
  keepalive: t.string({
    description: "GRE keepalives, a line a tunnel: `tunnel0 period 10 retries 3`. Empty: none are sent.",
    default: "",
  }),
  pre_shared_keys_wo: t.stringMap({
    description: "Tunnel name to pre-shared key in base64. Write-only: in neither plan nor state.",
    writeOnly: true,
    check: base64Keys,
  }),
  pre_shared_keys_version: t.integer({ description: "Raise it to push changed keys.", default: 0 }),
  id: t.string({ description: "The node's name.", computed: true, stable: true }),
  revision: t.string({
    description: "Changes whenever something was pushed; what depends on the configuration refers to it.",
    computed: true,
  }),
} as const;

/** `tunnelwright_ios_preflight`: what the machine lacks for routers of virtual IOS, told by the plan before any of them is started. */
export const iosPreflightAttributes = {
  routers: t.objectMap(
    {
      kind: t.string({ description: "`iol`, `vios`, `csr1000v` or `c8000v`.", required: true, check: iosKind }),
      image: t.string({ description: "The image's reference on this machine's Docker engine.", required: true }),
    },
    { description: "The routers that are to be started, by name.", required: true },
  ),
  id: t.string({ description: "The word ios.", computed: true, stable: true }),
  entrypoints: t.map(["list", "string"], {
    description: "Name of each router to what its image starts by itself: to be started after something else.",
    computed: true,
  }),
  commands: t.map(["list", "string"], {
    description: "Name of each router to the arguments that its image gives to its entry point.",
    computed: true,
  }),
} as const;

/** `tunnelwright_ios_config`: a part of the running configuration of one router of IOS, pushed over SSH and compared in the device's own form. */
export const iosConfigAttributes = {
  node: t.string({ description: "Name of the router, for messages.", required: true, check: labName }),
  host: t.string({ description: "Address SSH connects to.", required: true, check: hostOrAddress }),
  port: t.integer({ description: "TCP port SSH connects to.", default: 22, check: port }),
  username: t.string({ description: "A user of privilege 15.", default: "admin" }),
  password_file: t.string({
    description: "Absolute path of a file with the user's password, so that neither plan nor state holds it.",
    required: true,
    check: absolutePath,
  }),
  host_key_file: t.string({
    description:
      "Absolute path of the file that the router's host key is written to when it is learnt, at the first connection to each container; any other is refused after that.",
    required: true,
    check: absolutePath,
  }),
  container_id: t.string({
    description: "Id of the container the router runs in: in another one its host key is another, and learnt anew.",
    required: false,
  }),
  legacy_ssh: t.boolean({
    description: "Also offer SHA-1, CBC, MD5 and 3DES to this router; each of them can be broken.",
    default: false,
  }),
  ready_timeout_seconds: t.integer({
    description: "How long the router may boot before it answers.",
    default: 300,
    check: (value: number) => (value >= 1 && value <= 3600 ? undefined : "1 to 3600 seconds"),
  }),
  config: t.string({
    description:
      "What is to stand in the running configuration, with {{psk:TUNNEL}} where a key goes. Sections that it does not name are left alone, except those that it named before.",
    required: true,
  }),
  pre_shared_keys_wo: t.stringMap({
    description:
      "Tunnel name to pre-shared key in base64, which is the key itself. Write-only: in neither plan nor state.",
    writeOnly: true,
    check: base64Keys,
  }),
  pre_shared_keys_version: t.integer({ description: "Raise it to push changed keys.", default: 0 }),
  id: t.string({ description: "The router's name.", computed: true, stable: true }),
  host_key: t.string({ description: "The router's public host key, as it was learnt.", computed: true }),
  revision: t.string({
    description: "Changes whenever something was pushed; what depends on the configuration refers to it.",
    computed: true,
  }),
} as const;

/** `tunnelwright_verification`: the lab's checks, run when a configuration changed; a check that does not pass fails the apply. */
export const verificationAttributes = {
  lab: t.string({ description: "Name of the lab.", required: true, replace: true, check: labName }),
  directory: t.string({
    description: "Absolute path of the lab's folder: the inventory is read there, the RunResult is kept there.",
    required: true,
    check: absolutePath,
  }),
  plan_file: t.string({
    description: "Absolute path of the plan document (JSON): what is predicted, and which checks to run.",
    required: true,
    check: absolutePath,
  }),
  plan_sha256: t.string({
    description: "SHA-256 of the plan document: another plan is verified anew.",
    required: true,
  }),
  revisions: t.stringMap({ description: "Node name to the revision of its configuration.", required: true }),
  id: t.string({ description: "The lab's name.", computed: true, stable: true }),
  summary: t.string({ description: "One line: verdict and counts.", computed: true }),
  result_file: t.string({ description: "Path of the RunResult (JSON).", computed: true }),
} as const;

/** `tunnelwright_pre_shared_key` (ephemeral): a key made once and kept in one file, readable by its owner alone. */
export const preSharedKeyAttributes = {
  file: t.string({
    description: "Absolute path of the key's file; made, 0600, when it is not there.",
    required: true,
    check: absolutePath,
  }),
  value: t.string({
    description: "The key in base64: 44 characters, 256 bits of chance.",
    computed: true,
    sensitive: true,
  }),
} as const;

/** `tunnelwright_tunnel` (data source): how a tunnel stands at one of its routers. */
export const tunnelAttributes = {
  directory: t.string({
    description: "Absolute path of the lab's folder: the inventory is read there.",
    required: true,
    check: absolutePath,
  }),
  node: t.string({ description: "Name of the router.", required: true, check: labName }),
  tunnel: t.string({ description: "Name of the tunnel: its GRE interface.", required: true, check: deviceName }),
  id: t.string({ description: "Router and tunnel: r1/tunnel0.", computed: true }),
  interface_up: t.boolean({ description: "The GRE interface is up, whatever protects it.", computed: true }),
  esp_installed: t.boolean({ description: "An ESP SA is installed for it.", computed: true }),
  local_outer_address: t.string({ description: "This end's outer address.", computed: true }),
  remote_outer_address: t.string({ description: "The other end's outer address.", computed: true }),
  ip_mtu_bytes: t.integer({ description: "The interface's IP MTU, in bytes.", computed: true }),
  ike_state: t.string({ description: "State of the IKE SA: ESTABLISHED when done, NONE without one.", computed: true }),
  ike_version: t.integer({ description: "1 or 2; 0 without an IKE SA.", computed: true }),
  ipsec_mode: t.string({
    description: "Mode installed, TRANSPORT or TUNNEL; empty without an ESP SA.",
    computed: true,
  }),
  esp_encryption: t.string({ description: "Cipher negotiated, by its IANA name: AES_GCM_16.", computed: true }),
  esp_integrity: t.string({ description: "Integrity negotiated; empty with an AEAD cipher.", computed: true }),
  ospf_neighbor_state: t.string({
    description: "State of the OSPF neighbour over the tunnel: Full when done; empty without one.",
    computed: true,
  }),
} as const;
