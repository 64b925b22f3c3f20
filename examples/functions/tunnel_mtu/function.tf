# GRE in ESP, AES-GCM-16, transport mode, on a path of 1500 bytes: 1442
output "ip_mtu_bytes" {
  value = provider::tunnelwright::tunnel_mtu(1500, "aes-gcm-16", "transport", false, false)
}

# The same as plain GRE, without ESP: 1476
output "ip_mtu_bytes_of_plain_gre" {
  value = provider::tunnelwright::tunnel_mtu(1500, "none", "none", false, false)
}
