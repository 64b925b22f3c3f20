/** The part of the seed that is a transcript, on the lines where the page has it: the prose around it is left out, the lines are counted. */
export const seedTranscript: string =
  "\n".repeat(40) +
  `\`\`\`
R1(config)# crypto isakmp policy 1
R1(config-isakmp)# authentication pre-share
R1(config-isakmp)# exit
R1(config)# crypto isakmp key CISCO address 9.1.1.35
R1(config)# crypto ipsec transform-set TEST esp-3des esp-sha-hmac
R1(config)# crypto ipsec profile gre
R1(ipsec-profile)# set transform-set TEST
R1(ipsec-profile)# exit
R1(config)# interface Tunnel0
R1(config-if)# ip address 192.168.1.1 255.255.255.0
R1(config-if)# ip mtu 1400
R1(config-if)# ip tcp adjust-mss 1360
R1(config-if)# tunnel source Serial0/0
R1(config-if)# tunnel destination 9.1.1.35
R1(config-if)# tunnel path-mtu-discovery
R1(config-if)# tunnel protection ipsec profile gre
\`\`\`
R2(config)# crypto isakmp policy 1
R2(config-isakmp)# authentication pre-share
R2(config-isakmp)# exit
R2(config)# crypto isakmp key CISCO address 9.1.1.146
R2(config)# crypto ipsec transform-set TEST esp-3des esp-sha-hmac
R2(cfg-crypto-trans)# mode transport
R2(cfg-crypto-trans)# exit
R2(config)# crypto map VPN 1 ipsec-isakmp
R2(config-crypto-map)# set peer 9.1.1.146
R2(config-crypto-map)# set transform-set TEST
R2(config-crypto-map)# match address 100
R2(config-crypto-map)# exit
R2(config)# interface Tunnel0
R2(config-if)# ip address 192.168.1.2 255.255.255.0
R2(config-if)# ip mtu 1400
R2(config-if)# ip tcp adjust-mss 1360
R2(config-if)# tunnel source Serial0/0
R2(config-if)# tunnel destination 9.1.1.146
R2(config-if)# tunnel path-mtu-discovery
R1(config-if)# keepalive 20 3
R1(config-if)# exit
R1(config)# access-list 100 permit gre host 9.1.1.146 host 9.1.1.35
\`\`\`
`;
