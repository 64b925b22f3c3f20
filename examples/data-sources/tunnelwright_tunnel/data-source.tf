variable "directory" {
  type        = string
  description = "The folder of a lab that is up: .tunnelwright/LAB, absolute."
}

data "tunnelwright_tunnel" "r1" {
  directory = var.directory
  node      = "r1"
  tunnel    = "tunnel0"
}

output "tunnel_is_protected" { value = data.tunnelwright_tunnel.r1.esp_installed }
output "ip_mtu_bytes" { value = data.tunnelwright_tunnel.r1.ip_mtu_bytes }
