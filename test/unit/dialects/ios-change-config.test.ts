/** The difference between two configurations in the device's own form, and the way back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeConfig } from "../../../dialects/ios/running-config/change-config.ts";
import { leaveOut } from "../../../dialects/ios/running-config/leave-out.ts";
import { parseConfig } from "../../../dialects/ios/running-config/parse-config.ts";
import { RunningConfig } from "../devices/ios/running-config.ts";

const wanted = `crypto isakmp policy 10
 encryption aes 256
 hash sha256
 authentication pre-share
 group 14
 lifetime 86400
crypto isakmp key S3cr3t address 203.0.113.2
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode transport
crypto ipsec profile PROTECT
 set transform-set TS
interface Tunnel0
 ip address 172.16.0.1 255.255.255.252
 ip mtu 1400
 ip tcp adjust-mss 1360
 keepalive 10 3
 tunnel source GigabitEthernet0/0
 tunnel destination 203.0.113.2
 tunnel mode gre ip
 tunnel protection ipsec profile PROTECT
 no shutdown
router ospf 1
 network 172.16.0.0 0.0.0.3 area 0
ip access-list extended GRE
 permit gre host 198.51.100.2 host 203.0.113.2
ip route 0.0.0.0 0.0.0.0 198.51.100.1
`;

/** The device's configuration after the lines were sent. */
function sendTo(config: RunningConfig, lines: readonly string[]): void {
  let header = "";
  for (const line of lines) {
    if (!line.startsWith(" ")) header = "";
    if (line.startsWith(" ")) config.take(header, line.trim());
    else if (/^(?:interface|crypto isakmp policy|crypto ipsec|crypto map|ip access-list|router) /.test(line)) {
      header = line;
      config.enter(line);
    } else config.take("", line);
  }
}

describe.each(["15", "17"] as const)("a device that prints as %s", (era) => {
  test("gets what it lacks, once; the inverse leads back", () => {
    const config = new RunningConfig(
      "hostname R1\ninterface GigabitEthernet0/0\n ip address 198.51.100.2 255.255.255.252\n",
      era,
    );
    const before = config.print();
    const { lines, inverse, notes } = changeConfig(before, wanted);
    expect(notes).toEqual([]);
    expect(lines).toMatchSnapshot();
    expect(inverse).toMatchSnapshot();
    sendTo(config, lines);
    expect(changeConfig(config.print(), wanted)).toEqual({ lines: [], inverse: [], notes: [] });
    sendTo(config, inverse);
    expect(config.print()).toBe(before);
  });

  test("any part of it that differs is led there, and back", () => {
    const pieces = wanted.split(/\n(?! )/).filter((piece) => piece !== "");
    const spoil = fc.record({
      kept: fc.subarray(pieces),
      dropped: fc.nat(4),
      mtu: fc.constantFrom("1400", "1476", "1390"),
      more: fc.constantFrom(
        "",
        "interface Tunnel0\n delay 5000\n description old",
        "interface GigabitEthernet0/0\n ip mtu 1500",
        "crypto isakmp policy 10\n hash md5",
      ),
    });
    fc.assert(
      fc.property(spoil, ({ kept, dropped, mtu, more }) => {
        const text = kept
          .map((piece) =>
            piece
              .split("\n")
              .filter((_, index) => index !== dropped + 1)
              .join("\n"),
          )
          .join("\n");
        const config = new RunningConfig(
          `hostname R1\n${text.replace("ip mtu 1400", `ip mtu ${mtu}`)}\n${more}\n`,
          era,
        );
        const { lines } = changeConfig(config.print(), wanted);
        sendTo(config, lines);
        expect(changeConfig(config.print(), wanted).lines).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what changes and what does not", () => {
  const change = (running: string, to: string) => changeConfig(running, to).lines;

  test("defaults that the device does not print are there", () => {
    expect(
      change(
        "crypto isakmp policy 1\n authentication pre-share\n",
        "crypto isakmp policy 1\n encr des\n hash sha\n group 1\n authentication pre-share\n lifetime 86400\n",
      ),
    ).toEqual([]);
    expect(
      change(
        "interface Tunnel0\n ip mtu 1400\n",
        "interface Tunnel0\n ip mtu 1400\n tunnel mode gre ip\n no shutdown\n",
      ),
    ).toEqual([]);
  });

  test("a default that another value hides is sent", () => {
    expect(change("crypto isakmp policy 1\n hash md5\n", "crypto isakmp policy 1\n hash sha\n")).toEqual([
      "crypto isakmp policy 1",
      " hash sha",
    ]);
    expect(
      change("interface Tunnel0\n shutdown\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n no shutdown\n"),
    ).toEqual(["interface Tunnel0", " no shutdown"]);
  });

  test.each([
    ["encr and encryption", "crypto isakmp policy 1\n encr aes 256\n", "crypto isakmp policy 1\n encryption aes 256\n"],
    [
      "numbers of an access list",
      "ip access-list extended A\n 10 permit gre host 1.1.1.1 host 2.2.2.2\n 20 deny ip any any\n",
      "ip access-list extended A\n permit 47 host 1.1.1.1 host 2.2.2.2\n deny ip any any\n",
    ],
    [
      "blanks at the end",
      "crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac \n mode transport\n",
      "crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac\n mode transport\n",
    ],
    ["the case of an interface", "interface Serial0/0\n ip mtu 1400\n", "interface serial 0/0\n ip mtu 1400\n"],
    ["key type 0", "crypto isakmp key K address 2.2.2.2   \n", "crypto isakmp key 0 K address 2.2.2.2\n"],
    ["keepalive without its numbers", "interface Tunnel0\n keepalive 10 3\n", "interface Tunnel0\n keepalive\n"],
    [
      "mode tunnel, which new code prints",
      "crypto ipsec transform-set TS esp-gcm 256\n mode tunnel\n",
      "crypto ipsec transform-set TS esp-gcm 256\n",
    ],
  ])("%s make no difference", (_, running, to) => expect(change(running, to)).toEqual([]));

  test("a value takes the old one's place, without a moment without", () => {
    expect(
      changeConfig(
        "interface Tunnel0\n ip mtu 1476\n tunnel source 1.1.1.1\n",
        "interface Tunnel0\n ip mtu 1400\n tunnel source 1.1.1.1\n",
      ),
    ).toEqual({
      lines: ["interface Tunnel0", " ip mtu 1400"],
      inverse: ["interface Tunnel0", " ip mtu 1476"],
      notes: [],
    });
  });

  test("what is not wanted goes from a tunnel's own sections, and stays in others", () => {
    expect(change("interface Tunnel0\n ip mtu 1400\n delay 10\n", "interface Tunnel0\n ip mtu 1400\n")).toEqual([
      "interface Tunnel0",
      " no delay 10",
    ]);
    expect(
      change("interface GigabitEthernet0/0\n ip mtu 1400\n delay 10\n", "interface GigabitEthernet0/0\n ip mtu 1400\n"),
    ).toEqual([]);
    expect(change("interface Tunnel1\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n")).toEqual([
      "interface Tunnel0",
      " ip mtu 1400",
    ]);
  });

  test("an access list is its order", () => {
    const running = "ip access-list extended A\n 10 permit ip any any\n 20 deny gre any any\n";
    expect(changeConfig(running, "ip access-list extended A\n deny gre any any\n permit ip any any\n")).toEqual({
      lines: ["no ip access-list extended A", "ip access-list extended A", " deny gre any any", " permit ip any any"],
      inverse: ["no ip access-list extended A", "ip access-list extended A", " permit ip any any", " deny gre any any"],
      notes: [],
    });
  });

  test("a key for the same peer is taken away first; one that is stored encrypted cannot be compared", () => {
    expect(change("crypto isakmp key OLD address 2.2.2.2\n", "crypto isakmp key NEW address 2.2.2.2\n")).toEqual([
      "no crypto isakmp key OLD address 2.2.2.2",
      "crypto isakmp key NEW address 2.2.2.2",
    ]);
    const { lines, notes } = changeConfig(
      "crypto isakmp key 6 AbC address 2.2.2.2\n",
      "crypto isakmp key NEW address 2.2.2.2\n",
    );
    expect(lines).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("address 2.2.2.2 is stored encrypted")]);
    expect(notes.join()).not.toContain("NEW");
  });

  test("what is to go, goes with its section, once", () => {
    expect(changeConfig("interface Tunnel9\n ip mtu 1400\n", "no interface Tunnel9\n")).toEqual({
      lines: ["no interface Tunnel9"],
      inverse: ["interface Tunnel9", " ip mtu 1400"],
      notes: [],
    });
    expect(change("hostname R1\n", "no interface Tunnel9\n")).toEqual([]);
  });
});

test("banners and the words around a listing are no configuration", () => {
  const text =
    "Building configuration...\n\nCurrent configuration : 99 bytes\n!\nhostname R1\nbanner motd ^C\ninterface Tunnel0\n ip mtu 9\n^C\nbanner login #one#\nend\n";
  expect(parseConfig(text)).toEqual([{ line: "hostname R1", children: [] }]);
});

describe("a line with lines below it: a keyring's peer", () => {
  const keyring = "crypto ikev2 keyring K\n peer tunnel0\n  address 203.0.113.2\n  pre-shared-key S3cr3t\n";

  test("is sent whole, and is as wanted then", () => {
    const { lines, inverse } = changeConfig("hostname R1\n", keyring);
    expect(lines).toEqual(keyring.trimEnd().split("\n"));
    expect(inverse).toEqual(["no crypto ikev2 keyring K"]);
    expect(changeConfig(keyring, keyring)).toEqual({ lines: [], inverse: [], notes: [] });
    expect(changeConfig("crypto ikev2 keyring K\n", keyring).lines).toEqual(lines);
  });

  test("one that differs is sent alone, in its place, and the former comes back", () => {
    const running = keyring.replace("203.0.113.2", "203.0.113.6");
    const { lines, inverse } = changeConfig(running, keyring);
    expect(lines).toEqual(["crypto ikev2 keyring K", " peer tunnel0", "  address 203.0.113.2"]);
    expect(inverse).toEqual(["crypto ikev2 keyring K", " peer tunnel0", "  address 203.0.113.6"]);
  });

  test.each([["pre-shared-key 0 S3cr3t"], ["pre-shared-key 6 VFRBXWYfSGhbfB"]])(
    "a key that stands as %s is left",
    (stored) => {
      const { lines, notes } = changeConfig(keyring.replace("pre-shared-key S3cr3t", stored), keyring);
      expect(lines).toEqual([]);
      expect(notes).toHaveLength(stored.includes(" 6 ") ? 1 : 0);
      expect(notes.join()).not.toContain("S3cr3t");
    },
  );

  test("two lines of authentication are two", () => {
    const profile = "crypto ikev2 profile P\n authentication remote pre-share\n authentication local pre-share\n";
    const half = "crypto ikev2 profile P\n authentication local pre-share\n";
    expect(changeConfig(half, profile)).toMatchObject({
      lines: ["crypto ikev2 profile P", " authentication remote pre-share"],
      inverse: ["crypto ikev2 profile P", " no authentication remote pre-share"],
    });
  });
});

describe("what was wanted and is no more", () => {
  const former = `hostname R1
crypto isakmp key S3cr3t address 203.0.113.2
crypto ipsec transform-set TS esp-gcm
 mode transport
crypto map TUNNELS 10 ipsec-isakmp
 set transform-set TS
interface Tunnel0
 ip mtu 1400
interface Ethernet0/1
 ip address 198.51.100.2 255.255.255.252
 ip mtu 1400
 ip ospf 1 area 0
 crypto map TUNNELS
 no shutdown
router ospf 1
 router-id 192.0.2.1
ip access-list extended GRE
 permit gre host 198.51.100.2 host 203.0.113.2
ip route 0.0.0.0 0.0.0.0 198.51.100.1
`;

  test("goes, what refers before what is referred to; name and addresses stay", () => {
    expect(leaveOut(former, "").trimEnd().split("\n")).toEqual([
      "no ip route 0.0.0.0 0.0.0.0 198.51.100.1",
      "no ip access-list extended GRE",
      "no router ospf 1",
      "interface Ethernet0/1",
      " no ip mtu 1400",
      " no ip ospf 1 area 0",
      " no crypto map TUNNELS",
      "no interface Tunnel0",
      "no crypto map TUNNELS 10",
      "no crypto ipsec transform-set TS",
      "no crypto isakmp key S3cr3t address 203.0.113.2",
    ]);
  });

  test("a key is taken away by what the router has, whatever was known of it", () => {
    const unread = leaveOut(former.replace("S3cr3t", "{{psk:tunnel0}}"), "");
    expect(changeConfig(former, unread).lines).toContain("no crypto isakmp key S3cr3t address 203.0.113.2");
    expect(
      changeConfig("hostname R1\ninterface Ethernet0/1\n ip address 198.51.100.2 255.255.255.252\n", unread).lines,
    ).toEqual([]);
  });

  test("is nothing where all of it is wanted still, and a new value takes the old one's place", () => {
    expect(leaveOut(former, former)).toBe(former);
    const other = former.replace(" ip mtu 1400\n ip ospf", " ip mtu 1300\n ip ospf");
    expect(leaveOut(former, other)).toBe(other);
    expect(leaveOut("", former).trimStart()).toBe(former);
  });
});
