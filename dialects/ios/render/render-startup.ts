import { iosImages, type IosImageKind } from "../../../model/ios-images.ts";
import { maskOf } from "../device.ts";

/** By whom and where a router is reached when it has started. */
export interface StartupManagement {
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly username: string;
  readonly password: string;
}

/**
 * The whole startup configuration of an image: user, management apart from data, SSH, and what the plan starts the router with.
 * Images that write the first part by themselves are given the second alone. It holds the user's password, and no key of a tunnel.
 */
export function renderStartup(kind: IosImageKind, startup: string, management: StartupManagement): string {
  const { bringsManagement, managementInterface, managementVrf } = iosImages[kind];
  if (bringsManagement) return `${startup}\n`;
  const { address, prefixLength, gateway, username, password } = management;
  const stanzas = [
    [`username ${username} privilege 15 secret ${password}`],
    // A host key wants a domain.
    ["ip domain name lab.invalid"],
    // Left open, a family of addresses is left again by the next interface alone.
    [`vrf definition ${managementVrf}`, " address-family ipv4", " exit-address-family"],
    [
      `interface ${managementInterface}`,
      ` vrf forwarding ${managementVrf}`,
      ` ip address ${address} ${maskOf(prefixLength)}`,
      " no shutdown",
    ],
    [`ip route vrf ${managementVrf} 0.0.0.0 0.0.0.0 ${managementInterface} ${gateway}`],
    ["crypto key generate rsa modulus 2048"],
    ["ip ssh version 2"],
    ["line vty 0 4", " logging synchronous", " login local", " transport input ssh"],
  ];
  return `${startup}\n${stanzas.flatMap((lines) => [...lines, "!"]).join("\n")}\nend\n`;
}
