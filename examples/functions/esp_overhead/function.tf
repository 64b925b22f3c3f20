# What 1400 bytes weigh more on the wire with 3DES and SHA-1 in tunnel mode, behind a NAT: 88
output "overhead_bytes" {
  value = provider::tunnelwright::esp_overhead(1400, "3des-sha1", "tunnel", false, true)
}
