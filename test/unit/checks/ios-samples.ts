/** What the routers of a plan would print on IOS if all were as predicted; a test changes one thing at the left end. */
import type { PastedOutput } from "../../../checks/ios/ios-evidence.ts";
import type { LabPlan, PlannedEnd } from "../../../model/plan-document.ts";

/** What an end prints. */
export interface EndSample {
  readonly ikeState: string;
  readonly ikeRest: string;
  readonly ikeBits: number;
  readonly ikeHash: string;
  readonly dhGroup: number;
  readonly hasSas: boolean;
  readonly mode: string;
  readonly transforms: string;
  readonly protocol: number;
  readonly spiOut: string;
  readonly spiIn: string;
  readonly lineProtocol: string;
  readonly ipMtuBytes: number;
  readonly greKey: string;
  readonly destination: string;
  readonly transport: string;
  readonly ospfState: string | null;
}

export function iosOutputs(plan: LabPlan, fault: Partial<EndSample> = {}): PastedOutput[] {
  const [tunnel] = plan.tunnels;
  if (!tunnel) throw new Error("the plan has no tunnel");
  const sound = (spiOut: string, spiIn: string, here: PlannedEnd): EndSample => ({
    ikeState: tunnel.ikeVersion === 2 ? "READY" : "QM_IDLE",
    ikeRest: "",
    ikeBits: 256,
    ikeHash: "SHA256",
    dhGroup: 19,
    hasSas: true,
    mode: "Transport",
    transforms: "esp-gcm 256",
    protocol: 47,
    spiOut,
    spiIn,
    lineProtocol: "up",
    ipMtuBytes: here.ipMtuBytes,
    greKey: "Key disabled",
    destination: here.peerAddress,
    transport: "GRE/IP",
    ospfState: "FULL/  -",
  });
  const { left, right, ikeVersion } = tunnel;
  return [
    ...outputsOf(ikeVersion, left, right, { ...sound("AAAA0001", "BBBB0001", left), ...fault }),
    ...outputsOf(ikeVersion, right, left, sound("BBBB0001", "AAAA0001", right)),
  ];
}

function outputsOf(ikeVersion: 1 | 2, here: PlannedEnd, there: PlannedEnd, sample: EndSample): PastedOutput[] {
  const texts: Record<string, string> = {
    ...(ikeVersion === 2
      ? { "show crypto ikev2 sa": ikev2(here, sample) }
      : { "show crypto isakmp sa": isakmp(here, sample), "show crypto isakmp sa detail": isakmpDetail(here, sample) }),
    "show crypto ipsec sa": ipsec(here, sample),
    "show interfaces": `Tunnel0 is up, line protocol is ${sample.lineProtocol}
  Hardware is Tunnel
  Internet address is ${here.tunnelAddress}
  MTU 9976 bytes, BW 100 Kbit/sec, DLY 50000 usec,
  Tunnel source ${here.outerAddress} (GigabitEthernet1), destination ${sample.destination}
  Tunnel protocol/transport ${sample.transport}
    ${sample.greKey}, sequencing disabled
`,
    "show ip interface": `Tunnel0 is up, line protocol is ${sample.lineProtocol}
  Internet address is ${here.tunnelAddress}
  MTU is ${sample.ipMtuBytes} bytes
`,
    "show ip ospf neighbor": `Neighbor ID     Pri   State           Dead Time   Address         Interface
${sample.ospfState === null ? "" : `192.0.2.1          0   ${sample.ospfState}        00:00:32    ${there.tunnelAddress?.split("/")[0] ?? ""}       Tunnel0`}
`,
  };
  return Object.entries(texts).map(([command, output]) => ({ router: here.router, command, output, isWhole: true }));
}

function ikev2(here: PlannedEnd, { ikeState, ikeBits, ikeHash, dhGroup }: EndSample): string {
  return ` IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
1         ${here.outerAddress}/500      ${here.peerAddress}/500      none/none            ${ikeState}
      Encr: AES-CBC, keysize: ${ikeBits}, PRF: SHA256, Hash: ${ikeHash}, DH Grp:${dhGroup}, Auth sign: PSK, Auth verify: PSK
      Life/Active Time: 86400/735 sec
`;
}

function isakmp(here: PlannedEnd, { ikeState, ikeRest }: EndSample): string {
  return `IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
${here.peerAddress}     ${here.outerAddress}    ${ikeState}           1001 ACTIVE${ikeRest}
`;
}

function isakmpDetail(here: PlannedEnd, { dhGroup }: EndSample): string {
  return `C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.
1001  ${here.outerAddress}    ${here.peerAddress}            ACTIVE aes  sha256 psk  ${dhGroup} 23:59:10
       Engine-id:Conn-id =  SW:1
`;
}

function ipsec(here: PlannedEnd, { hasSas, mode, transforms, protocol, spiIn, spiOut }: EndSample): string {
  const sa = (spi: string): string =>
    hasSas
      ? `      spi: 0x${spi}(1)
        transform: ${transforms} ,
        in use settings ={${mode}, }
        Status: ACTIVE(ACTIVE)
`
      : "";
  return `interface: Tunnel0
    Crypto map tag: Tunnel0-head-0, local addr ${here.outerAddress}
   local  ident (addr/mask/prot/port): (${here.outerAddress}/255.255.255.255/${protocol}/0)
   remote ident (addr/mask/prot/port): (${here.peerAddress}/255.255.255.255/${protocol}/0)
   current_peer ${here.peerAddress} port 500
     plaintext mtu 1446, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet1

     inbound esp sas:
${sa(spiIn)}
     outbound esp sas:
${sa(spiOut)}`;
}
