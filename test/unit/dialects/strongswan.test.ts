import { parseConnections } from "../../../dialects/strongswan/read-connections.ts";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { espProposal, ikeProposal } from "../../../dialects/strongswan/proposals.ts";
import { parseIkeSas } from "../../../dialects/strongswan/read-sas.ts";
import { renderSecrets } from "../../../dialects/strongswan/render-secrets.ts";
import { readIpsec } from "../../../dialects/strongswan/read.ts";
import { renderIpsec, renderSecretsTemplate } from "../../../dialects/strongswan/render.ts";
import { parseViciMessages } from "../../../dialects/strongswan/vici-text.ts";
import { suites, suiteNames } from "../../../model/suites.ts";
import { nodes } from "../../cases/gre-over-ipsec/model.ts";

const recording = (name: string): string => readFileSync(new URL(`recordings/${name}`, import.meta.url), "utf8");

describe("proposals", () => {
  test.each(suiteNames.map((name) => [name]))("%s", (name) => {
    const { ike, esp } = suites[name];
    expect(`${ikeProposal(ike)} / ${espProposal(esp, null)}`).toMatchSnapshot();
  });

  test("a CHILD SA's own exchange adds the group", () => {
    expect(espProposal(suites["aes-gcm-16"].esp, 19)).toBe("aes256gcm16-ecp256");
  });

  test("the short integrity checks of GCM, and counter mode with one", () => {
    expect(espProposal({ encryption: "aes-gcm-8", keyBits: 128, integrity: "none" }, null)).toBe("aes128gcm8");
    expect(espProposal({ encryption: "aes-gcm-12", keyBits: 192, integrity: "none" }, null)).toBe("aes192gcm12");
    expect(espProposal({ encryption: "aes-ctr", keyBits: 256, integrity: "sha1-96" }, null)).toBe("aes256ctr-sha1");
    expect(espProposal({ encryption: "des-cbc", keyBits: null, integrity: "md5-96" }, 1)).toBe("des-md5-modp768");
  });
});

describe("secrets", () => {
  const template = renderSecretsTemplate(nodes[0]!);

  test("the key stands where the plan has the mark", () => {
    const filled = renderSecrets(template, new Map([["tunnel0", "c2VjcmV0IGtleQ=="]]));
    expect(filled).toContain("    secret = 0sc2VjcmV0IGtleQ==\n");
    expect(filled).not.toContain("{{");
  });

  test("fails when a tunnel has no key, and names the tunnel", () => {
    expect(() => renderSecrets(template, new Map())).toThrow('there is no pre-shared key for the tunnel "tunnel0"');
  });

  test("fails on a key that is not base64, without showing it", () => {
    const bad = 'x"\n}';
    expect(() => renderSecrets(template, new Map([["tunnel0", bad]]))).toThrow(
      new Error('the pre-shared key of the tunnel "tunnel0" is not base64'),
    );
  });

  test("a template without tunnels needs no key", () => {
    expect(renderSecrets("", new Map())).toBe("");
  });
});

describe("vici's text form", () => {
  test("sections in sections, lists with brackets in their items, empty ones", () => {
    const text = "list-sa event {a {b=1 l=[x/32[gre] y] e=[] s {} c {d=2}}}\nlist-sas reply {}\n";
    expect(parseViciMessages(text)).toEqual([
      { name: "list-sa event", body: { a: { b: "1", l: ["x/32[gre]", "y"], e: [], s: {}, c: { d: "2" } } } },
      { name: "list-sas reply", body: {} },
    ]);
  });

  test("an empty value", () => {
    expect(parseViciMessages("a event {k= l=2}")[0]!.body).toEqual({ k: "", l: "2" });
  });

  test("what swanctl says of its plugins is passed over", () => {
    expect(parseViciMessages("plugin 'ldap': failed to load - not found\nlist-sas reply {}\n")).toHaveLength(1);
  });

  test("fails on a text that breaks off", () => {
    expect(() => parseViciMessages("list-sa event {a {b=1")).toThrow("breaks off");
    expect(() => parseViciMessages("list-sa event {a {b=[1 2")).toThrow("breaks off");
  });
});

describe("SAs as recorded", () => {
  test("AES-GCM, IKEv2: both ends began, so there are two", () => {
    const sas = parseIkeSas(recording("r1/list-sas.txt"));
    expect(sas.map(({ initiator }) => initiator)).toEqual([false, true]);
    expect(sas[1]).toEqual({
      name: "tunnel0",
      version: 2,
      state: "ESTABLISHED",
      localHost: "198.51.100.2",
      remoteHost: "203.0.113.2",
      localId: "198.51.100.2",
      remoteId: "203.0.113.2",
      initiator: true,
      encryption: "AES_CBC",
      encryptionKeyBits: 256,
      integrity: "HMAC_SHA2_256_128",
      prf: "PRF_HMAC_SHA2_256",
      dhGroup: "ECP_256",
      children: [
        {
          name: "tunnel0",
          state: "INSTALLED",
          mode: "transport",
          protocol: "ESP",
          encapsulated: false,
          spiIn: "c02b0e48",
          spiOut: "c4a47824",
          encryption: "AES_GCM_16",
          encryptionKeyBits: 256,
          integrity: null,
          dhGroup: null,
          bytesIn: 4400,
          packetsIn: 59,
          bytesOut: 4484,
          packetsOut: 61,
          ageSeconds: 49,
          localSelectors: ["198.51.100.2/32[gre]"],
          remoteSelectors: ["203.0.113.2/32[gre]"],
        },
      ],
    });
  });

  test.each([
    ["seed-3des-ikev1", "v1 3DES_CBC MODP_1024, tunnel 3DES_CBC HMAC_SHA1_96"],
    ["aes-cbc-sha512-static", "v2 AES_CBC-256 ECP_256, tunnel AES_CBC-256 HMAC_SHA2_512_256"],
    ["chacha20", "v2 AES_CBC-256 ECP_256, transport CHACHA20_POLY1305"],
    ["null-sha256", "v2 AES_CBC-256 ECP_256, transport NULL HMAC_SHA2_256_128"],
  ])("%s", (name, summary) => {
    const [sa] = parseIkeSas(recording(`list-sas/${name}.txt`));
    const [child] = sa!.children;
    const bits = (count: number | null): string => (count === null ? "" : `-${count}`);
    const integrity = child!.integrity === null ? "" : ` ${child!.integrity}`;
    expect(
      `v${sa!.version} ${sa!.encryption!}${bits(sa!.encryptionKeyBits)} ${sa!.dhGroup!}, ` +
        `${child!.mode} ${child!.encryption}${bits(child!.encryptionKeyBits)}${integrity}`,
    ).toBe(summary);
  });

  test("no SA", () => {
    expect(parseIkeSas("list-sas reply {}\n")).toEqual([]);
    expect(parseIkeSas("")).toEqual([]);
  });
});

describe("connections as loaded", () => {
  const raw =
    "list-conn event {tunnel0 {local_addrs=[198.51.100.2] remote_addrs=[203.0.113.2] version=IKEv2 reauth_time=0 rekey_time=77760 unique=UNIQUE_NO dpd_delay=10 local-1 {id=198.51.100.2 class=pre-shared key groups=[] cert_policy=[] certs=[] cacerts=[]} remote-1 {id=203.0.113.2 class=pre-shared key groups=[] cert_policy=[] certs=[] cacerts=[]} children {tunnel0 {mode=TRANSPORT rekey_time=3240 rekey_bytes=0 rekey_packets=0 dpd_action=start close_action=trap local-ts=[198.51.100.2/32[gre]] remote-ts=[203.0.113.2/32[gre]]}}}}\nlist-conns reply {}\n";

  test("as charon tells them", () => {
    expect(parseConnections(raw)).toEqual([
      {
        name: "tunnel0",
        version: "IKEv2",
        localAddresses: ["198.51.100.2"],
        remoteAddresses: ["203.0.113.2"],
        children: [
          {
            name: "tunnel0",
            mode: "transport",
            localSelectors: ["198.51.100.2/32[gre]"],
            remoteSelectors: ["203.0.113.2/32[gre]"],
          },
        ],
      },
    ]);
  });

  test("none", () => {
    expect(parseConnections("list-conns reply {}\n")).toEqual([]);
  });

  describe("in the form of the section", () => {
    const section = renderIpsec(nodes[0]!);
    const healthy = { file: section, connections: raw, charonRuns: true, keysAsPushed: true };
    const differing = (text: string): string[] => {
      const expected = new Set(section.split("\n"));
      return text.split("\n").filter((line) => !expected.has(line));
    };

    test("no drift is the same text", () => {
      expect(readIpsec(healthy)).toBe(section);
    });

    test.each([
      ["mode=TRANSPORT", "mode=TUNNEL", "        mode = tunnel"],
      ["version=IKEv2", "version=IKEv1", "    version = 1"],
      ["version=IKEv2", "version=IKEv1/2", "    version = 0"],
      ["remote_addrs=[203.0.113.2]", "remote_addrs=[203.0.113.9]", "    remote_addrs = 203.0.113.9"],
      ["local-ts=[198.51.100.2/32[gre]]", "local-ts=[198.51.100.0/24]", "        local_ts = 198.51.100.0/24"],
      ["event {tunnel0 ", "event {other ", "  # charon has not loaded tunnel0"],
      ["children {tunnel0", "children {other", "      # charon has not loaded tunnel0"],
    ])("%s loaded as %s is one line", (from, to, line) => {
      expect(raw).toContain(from);
      expect(differing(readIpsec({ ...healthy, connections: raw.replace(from, to) }))).toEqual([line]);
    });

    test("a line of the file, a file that is gone, and what no line can show", () => {
      const edited = section.replace("dpd_delay = 10s", "dpd_delay = 99s");
      expect(differing(readIpsec({ ...healthy, file: edited }))).toEqual(["    dpd_delay = 99s"]);
      expect(readIpsec({ ...healthy, file: "" })).toBe("");
      expect(differing(readIpsec({ ...healthy, keysAsPushed: false }))).toEqual([
        "# the file of the pre-shared keys was changed",
      ]);
      expect(differing(readIpsec({ ...healthy, charonRuns: false, connections: "" }))).toEqual([
        "# charon does not run",
      ]);
    });

    test("a connection that the file does not name is somebody else's", () => {
      expect(readIpsec({ ...healthy, connections: raw + raw.replaceAll("tunnel0", "mine") })).toBe(section);
    });
  });
});
