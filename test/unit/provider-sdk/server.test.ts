import * as grpc from "@grpc/grpc-js";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { t } from "../../../provider/schema/attributes.ts";
import { defineResource } from "../../../provider/sdk/definitions.ts";
import { ProviderError } from "../../../provider/sdk/diagnostics.ts";
import * as wire from "../../../provider/sdk/gen/tfplugin6.ts";
import { makeServer, type ProviderServer } from "../../../provider/sdk/server.ts";
import { decodeValue, encodeValue, UNKNOWN } from "../../../provider/sdk/values.ts";
import { typeOf } from "../../../provider/sdk/wire-schema.ts";
import { device, sampleProvider } from "../../fixtures/sample-provider/provider.ts";

const description = "";
const deviceType = typeOf(device.attributes);
const nothing = { msgpack: Buffer.from([0xc0]), json: Buffer.alloc(0) };
const whole = (values: object) => ({
  ...Object.fromEntries(Object.keys(device.attributes).map((name) => [name, null])),
  ...values,
});
const encoded = (values: object) => encodeValue(deviceType, whole(values));
const decoded = (value: wire.DynamicValue | undefined) =>
  decodeValue(deviceType, value) as Record<string, unknown> | null;
const told = (answer: { diagnostics: wire.Diagnostic[] }) =>
  answer.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);

let directory: string;
let server: grpc.Server;
let provider: ProviderServer;
let client: grpc.Client & Record<string, unknown>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "provider-sdk-"));
  await listen(makeServer(sampleProvider));
});
afterEach(() => {
  client.close();
  server.forceShutdown();
  rmSync(directory, { recursive: true });
});

/** Serves on a socket, so that every message really takes the way of the wire. */
async function listen(made: ProviderServer): Promise<void> {
  provider = made;
  server = new grpc.Server();
  server.addService(wire.ProviderService, made.implementation);
  const socket = join(directory, "s");
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${socket}`, grpc.ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  client = new wire.ProviderClient(`unix:${socket}`, grpc.credentials.createInsecure()) as unknown as typeof client;
}

/** One call; rejects on a gRPC error, which no handler may cause. */
function call<R>(method: string, request: object): Promise<R> {
  const name = `${method.charAt(0).toUpperCase()}${method.slice(1)}_Request`;
  const { fromPartial } = (wire as unknown as Record<string, { fromPartial: (partial: object) => object }>)[name]!;
  const send = client[method] as (request: object, answer: (error: Error | null, response: R) => void) => void;
  return new Promise((resolve, reject) =>
    send.call(client, fromPartial(request), (error, response) => (error ? reject(error) : resolve(response))),
  );
}

const configType = typeOf(sampleProvider.attributes!);
const configure = (root: unknown = directory) =>
  call<wire.ConfigureProvider_Response>("configureProvider", { config: encodeValue(configType, { root }) });

const type_name = "sample_device";
const plan = (config: object, prior: object | null = null, proposed: object | null = config, prior_private?: Buffer) =>
  call<wire.PlanResourceChange_Response>("planResourceChange", {
    type_name,
    config: encoded(config),
    prior_state: prior ? encoded(prior) : nothing,
    proposed_new_state: proposed ? encoded(proposed) : nothing,
    prior_private: prior_private ?? Buffer.alloc(0),
  });
const apply = (
  { planned_state, planned_private }: { planned_state: wire.DynamicValue | undefined; planned_private: Buffer },
  config: object,
  prior: object | null = null,
) =>
  call<wire.ApplyResourceChange_Response>("applyResourceChange", {
    type_name,
    planned_state,
    planned_private,
    config: encoded(config),
    prior_state: prior ? encoded(prior) : nothing,
  });
const create = async (config: object) => apply(await plan(config), config);

describe("a managed resource", () => {
  const config = { host: "r1", config: "a" };

  it("is planned, made, read, changed and deleted", async () => {
    await configure();
    const planned = await plan({ ...config, secret_wo: "hush" });
    expect(decoded(planned.planned_state)).toMatchObject({ id: "r1", port: 22, serial: UNKNOWN, secret_wo: null });

    const made = await apply(planned, { ...config, secret_wo: "hush" });
    expect(told(made)).toEqual([]);
    const state = decoded(made.new_state)!;
    expect(state).toMatchObject({ id: "r1", serial: 1, secret_wo: null });
    expect(readFileSync(join(directory, "r1.json"), "utf8")).toContain("hush");

    const read = await call<wire.ReadResource_Response>("readResource", {
      type_name,
      current_state: encoded(state),
      private: made.private,
    });
    expect(decoded(read.new_state)).toEqual(state);

    const again = await plan({ ...config, secret_wo: "other" }, state, { ...state, secret_wo: "other" });
    expect(decoded(again.planned_state)).toEqual(state);

    const change = { ...config, config: "b" };
    const changing = await plan(change, state, { ...state, ...change });
    expect(decoded(changing.planned_state)).toMatchObject({ id: "r1", serial: UNKNOWN, config: "b" });
    expect(decoded((await apply(changing, change, state)).new_state)).toMatchObject({ serial: 2, config: "b" });

    const gone = await apply({ planned_state: nothing, planned_private: Buffer.alloc(0) }, {}, state);
    expect(decoded(gone.new_state)).toBeNull();
  });

  it("keeps its private JSON from plan to apply to read", async () => {
    await configure();
    const planned = await plan(config);
    expect(JSON.parse(planned.planned_private.toString())).toEqual({ planned_as: "create" });
    const made = await apply(planned, config);
    expect(JSON.parse(made.private.toString())).toEqual({ planned_as: "create", made_by: "sample" });
    const read = await call<wire.ReadResource_Response>("readResource", {
      type_name,
      current_state: made.new_state,
      private: made.private,
    });
    expect(JSON.parse(read.private.toString())).toMatchObject({ made_by: "sample", read_count: 1 });
  });

  it("is null when it is gone", async () => {
    await configure();
    const request = { type_name, current_state: encoded({ ...config, id: "r9" }) };
    expect(decoded((await call<wire.ReadResource_Response>("readResource", request)).new_state)).toBeNull();
  });

  it("asks to be replaced", async () => {
    await configure();
    const prior = { ...config, id: "r1", port: 22 };
    const planned = await plan({ ...config, host: "r2" }, prior, { ...prior, host: "r2" });
    expect(planned.requires_replace.map(({ steps }) => steps[0]?.selector?.value)).toEqual(["host"]);
  });

  it("is planned as not known where its configuration is not", async () => {
    await configure();
    const planned = decoded((await plan({ host: UNKNOWN, config: UNKNOWN })).planned_state);
    expect(planned).toMatchObject({ host: UNKNOWN, id: UNKNOWN, checksum: UNKNOWN, port: 22 });
  });

  it("is brought to the present version of its attributes", async () => {
    const upgrade = (version: number, raw: object) =>
      call<wire.UpgradeResourceState_Response>("upgradeResourceState", {
        type_name,
        version,
        raw_state: { json: Buffer.from(JSON.stringify(raw)), flatmap: {} },
      });
    expect(decoded((await upgrade(0, { host: "r1", text: "a" })).upgraded_state)).toEqual(
      whole({ host: "r1", config: "a" }),
    );
    expect(decoded((await upgrade(1, { host: "r1", old: 1 })).upgraded_state)).toEqual(whole({ host: "r1" }));
    expect(told(await upgrade(2, {}))[0]).toMatch(/^State of version 2 cannot be read: .*version 1/);
  });

  it("is imported by its id", async () => {
    const answer = await call<wire.ImportResourceState_Response>("importResourceState", { type_name, id: "r1" });
    expect(decoded(answer.imported_resources[0]?.state)).toEqual(whole({ id: "r1", host: "r1" }));
  });
});

describe("a fault becomes a diagnostic and no gRPC error", () => {
  it("when a handler throws by a bug", async () => {
    await configure();
    const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const answer = await create({ host: "r1", config: "throw" });
    quiet.mockRestore();
    expect(told(answer)[0]).toMatch(
      /^The provider failed unexpectedly: a bug in create\n\nThis is a fault of the provider/,
    );
    expect(decoded(answer.new_state)).toBeNull();
  });

  it("when the far side refuses", async () => {
    await configure();
    const answer = await create({ host: "r1", config: "reject" });
    expect(told(answer)).toEqual(["The device refused the configuration: % Invalid input"]);
    expect(answer.diagnostics[0]?.attribute?.steps[0]?.selector?.value).toBe("config");
  });

  it("when half was done: the error's own state is saved", async () => {
    await configure();
    const answer = await create({ host: "r1", config: "halfway" });
    expect(told(answer)[0]).toMatch(/^The session was lost/);
    expect(decoded(answer.new_state)).toMatchObject({ id: "r1", serial: 1 });
  });

  it("when a state lacks a required attribute: it is refused, and what was planned is saved", async () => {
    await configure();
    const answer = await create({ host: "r1", config: "unfinished" });
    expect(told(answer)[0]).toMatch(
      /^The provider returned an unfinished object: .*host is required and missing, serial is still unknown/,
    );
    expect(decoded(answer.new_state)).toMatchObject({ host: "r1", serial: null });
  });

  it("when an update fails: the prior state stays", async () => {
    await configure();
    const prior = { host: "r1", config: "a", id: "r1", port: 22, serial: 1 };
    const change = { host: "r1", config: "reject" };
    const answer = await apply(await plan(change, prior, { ...prior, ...change }), change, prior);
    expect(answer.diagnostics).toHaveLength(1);
    expect(decoded(answer.new_state)).toEqual(whole(prior));
  });

  it("when the type has no such name, the known ones are told", async () => {
    const answer = await call<wire.ReadResource_Response>("readResource", {
      type_name: "sample_divice",
      current_state: nothing,
    });
    expect(told(answer)).toEqual(["The provider has no sample_divice: It has sample_device."]);
    expect(told(await call("readResource", { type_name: "constructor" }))[0]).toContain(
      "The provider has no constructor",
    );
  });

  it("when what came is no MessagePack", async () => {
    const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const broken = { type_name, current_state: { msgpack: Buffer.from([0xc1]), json: Buffer.alloc(0) } };
    expect(told(await call("readResource", broken))[0]).toMatch(/^The provider failed unexpectedly/);
    quiet.mockRestore();
  });

  it("when a resource is to become another type", async () => {
    const request = { source_type_name: "a_b", target_type_name: type_name };
    expect(told(await call("moveResourceState", request))[0]).toMatch(/^a_b cannot become sample_device: /);
  });
});

describe("the provider's own configuration", () => {
  it("that is not known yet lets creates be planned, and says what is missing where it is needed", async () => {
    expect(told(await configure(UNKNOWN))).toEqual([]);
    const planned = await plan({ host: "r1", config: "a" });
    expect(told(planned)).toEqual([]);
    const answer = await call<wire.ReadDataSource_Response>("readDataSource", {
      type_name: "sample_device_state",
      config: encodeValue(["object", { host: "string", lines: ["list", "string"] }], { host: "r1" }),
    });
    expect(told(answer)[0]).toMatch(/^The provider's configuration is not known yet: root: known after apply/);
  });

  it("that was never given is told so", async () => {
    const answer = await call<wire.ReadResource_Response>("readResource", {
      type_name,
      current_state: encoded({ id: "r1" }),
    });
    expect(told(answer)[0]).toMatch(/^The provider is not configured/);
  });
});

describe("validation", () => {
  const validate = (config: object, write_only_attributes_allowed = true) =>
    call<wire.ValidateResourceConfig_Response>("validateResourceConfig", {
      type_name,
      config: encoded(config),
      client_capabilities: { write_only_attributes_allowed },
    });

  it("runs the attributes' checks and the resource's own", async () => {
    expect(told(await validate({ host: "r 1" }))).toEqual([
      "host has a value that cannot be: a host is made of letters, digits, dots and hyphens.",
    ]);
    const answer = await validate({ host: "r1", config: "no tunnel", tunnel: { mtu: 1400 } });
    expect(told(answer)).toEqual(["A tunnel is not wanted here: tunnel.mtu: The configuration says so."]);
    expect(answer.diagnostics[0]?.attribute?.steps).toHaveLength(1);
    expect(told(await validate({ host: UNKNOWN, config: "no tunnel", tunnel: UNKNOWN }))).toEqual([]);
  });

  it("fails on a write-only value for a Terraform that would keep it", async () => {
    expect(told(await validate({ host: "r1", secret_wo: "hush" }, false))[0]).toMatch(/^Write-only attributes need/);
  });
});

describe("data sources, ephemeral values and functions", () => {
  it("reads", async () => {
    await configure();
    writeFileSync(join(directory, "r1.json"), JSON.stringify({ config: "a\nb", secret: "", serial: 1 }));
    const type = ["object", { host: "string", lines: ["list", "string"] }] as const;
    const request = { type_name: "sample_device_state", config: encodeValue(type, { host: "r1" }) };
    const { state } = await call<wire.ReadDataSource_Response>("readDataSource", request);
    expect(decodeValue(type, state)).toEqual({ host: "r1", lines: ["a", "b"] });
    expect(told(await call("validateDataResourceConfig", request))).toEqual([]);
  });

  it("opens and closes", async () => {
    await configure();
    const type = ["object", { value: "string", doubled: "string" }] as const;
    const request = { type_name: "sample_secret", config: encodeValue(type, { value: "x" }) };
    expect(told(await call("validateEphemeralResourceConfig", request))).toEqual([]);
    const opened = await call<wire.OpenEphemeralResource_Response>("openEphemeralResource", request);
    expect(decodeValue(type, opened.result)).toEqual({ value: "x", doubled: "xx" });
    await call("closeEphemeralResource", { type_name: "sample_secret", private: opened.private });
    expect(readFileSync(join(directory, "journal"), "utf8")).toBe("closed true\n");
  });

  it("reckons", async () => {
    const reckon = (name: string, mode: string) =>
      call<wire.CallFunction_Response>("callFunction", {
        name,
        arguments: [encodeValue("number", 1500), encodeValue("string", mode)],
      });
    expect(decodeValue("number", (await reckon("tunnel_mtu", "gre")).result)).toBe(1476);
    expect((await reckon("tunnel_mtu", "ipip")).error).toEqual({
      text: "no mode is named ipip; known: gre",
      function_argument: 1,
    });
    const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect((await reckon("other", "gre")).error?.text).toBe("The provider has no other");
    quiet.mockRestore();
  });

  it("are told of in the schema and in the metadata", async () => {
    const schema = await call<wire.GetProviderSchema_Response>("getProviderSchema", {});
    expect(Object.keys(schema.resource_schemas)).toEqual([type_name]);
    expect(schema.resource_schemas[type_name]?.version).toBe(1);
    expect(schema.server_capabilities?.get_provider_schema_optional).toBe(true);
    const metadata = await call<wire.GetMetadata_Response>("getMetadata", {});
    expect(metadata.functions).toEqual([{ name: "tunnel_mtu" }]);
    expect(Object.keys((await call<wire.GetFunctions_Response>("getFunctions", {})).functions)).toEqual(["tunnel_mtu"]);
  });
});

describe("being asked to stop", () => {
  it("ends what runs, and refuses what would begin", async () => {
    await configure();
    const waiting = create({ host: "r1", config: "wait" });
    await vi.waitUntil(() => readJournal().includes("waiting"), { timeout: 5000, interval: 10 });
    expect(await call("stopProvider", {})).toEqual({ Error: "" });
    expect(told(await waiting)).toEqual([
      "Interrupted: Terraform asked the provider to stop, and this was given up half way.",
    ]);
    expect(told(await create({ host: "r2", config: "a" }))).toEqual([
      "Interrupted: Terraform asked the provider to stop.",
    ]);
  });

  it("is over when the next run configures the provider again, as under --debug", async () => {
    await configure();
    provider.stop();
    await configure();
    expect(told(await create({ host: "r1", config: "a" }))).toEqual([]);
  });

  it("ends what configure made, once", async () => {
    await configure();
    await provider.close();
    await provider.close();
    expect(readJournal()).toBe("provider closed\n");
  });

  const readJournal = () => {
    try {
      return readFileSync(join(directory, "journal"), "utf8");
    } catch {
      return "";
    }
  };
});

describe("a provider that takes no configuration", () => {
  it("fails to start with attributes that contradict themselves", () => {
    const attributes = { id: t.string({ description, stable: true }) };
    const broken = defineResource({
      attributes,
      create: () => Promise.reject(new ProviderError("never")),
      read: () => Promise.resolve(null),
      update: () => Promise.reject(new ProviderError("never")),
      delete: () => Promise.resolve(),
    });
    expect(() => makeServer({ address: "a/b/c", configure: () => undefined, resources: { x_y: broken } })).toThrow(
      "x_y.id: stable is said of a computed attribute",
    );
  });
});
