# A router with a GRE tunnel, declared in plain Terraform: what the constructs write for you, by hand.
# How to run it is in docs/provider.md; test/live/hcl-example.test.ts runs it.

terraform {
  required_providers {
    docker       = { source = "kreuzwerker/docker" }
    tunnelwright = { source = "tunnelwright.invalid/tunnelwright/tunnelwright" }
  }
}

variable "router_image" { type = string }
variable "directory" {
  type        = string
  default     = null
  description = "Where keys and inventory are kept; the folder .lab beside this file when not given."
}

locals {
  lab          = "hcl-example"
  directory    = coalesce(var.directory, abspath("${path.root}/.lab"))
  management   = "10.213.252.0/28"
  address      = "10.213.252.10"
  wan          = "10.213.253.0/29"
  path_mtu     = 1500
  ip_mtu_bytes = provider::tunnelwright::tunnel_mtu(local.path_mtu, "none", "none", false, false)
}

resource "tunnelwright_lab_access" "access" {
  lab       = local.lab
  directory = local.directory
  nodes     = { r1 = local.address }
}

resource "docker_network" "management" {
  name   = "tw-${local.lab}-management"
  driver = "bridge"
  ipam_config { subnet = local.management }
  dynamic "labels" {
    for_each = { "tunnelwright.lab" = local.lab, "tunnelwright.directory" = local.directory }
    content {
      label = labels.key
      value = labels.value
    }
  }
}

resource "docker_network" "wan" {
  name   = "tw-${local.lab}-wan"
  driver = "bridge"
  ipam_config { subnet = local.wan }
  options = { "com.docker.network.bridge.inhibit_ipv4" = "true" }
  dynamic "labels" {
    for_each = { "tunnelwright.lab" = local.lab, "tunnelwright.directory" = local.directory }
    content {
      label = labels.key
      value = labels.value
    }
  }
}

resource "docker_container" "r1" {
  name     = "tw-${local.lab}-r1"
  hostname = "r1"
  image    = var.router_image
  env      = ["TW_NODE=r1", "TW_ROLE=router", "TW_INTERFACES=mgmt0=${local.management} eth0=${local.wan}"]
  tmpfs    = { "/dev/shm" = "rw,exec,size=256m" }
  capabilities { add = ["CAP_NET_ADMIN"] }
  networks_advanced {
    name         = docker_network.management.name
    ipv4_address = local.address
  }
  networks_advanced { name = docker_network.wan.name }
  upload {
    file        = "/etc/ssh/ssh_host_ed25519_key"
    source      = tunnelwright_lab_access.access.host_key_files["r1"]
    source_hash = sha256(tunnelwright_lab_access.access.host_keys["r1"])
    permissions = "0600"
  }
  upload {
    file        = "/root/.ssh/authorized_keys"
    content     = tunnelwright_lab_access.access.authorized_key
    permissions = "0600"
  }
  dynamic "labels" {
    for_each = { "tunnelwright.lab" = local.lab, "tunnelwright.directory" = local.directory, "tunnelwright.node" = "r1" }
    content {
      label = labels.key
      value = labels.value
    }
  }
}

resource "tunnelwright_router_config" "r1" {
  node          = "r1"
  host          = local.address
  identity_file = tunnelwright_lab_access.access.identity_file
  host_key      = tunnelwright_lab_access.access.host_keys["r1"]
  container_id  = docker_container.r1.id
  sysctl        = "net.ipv4.ip_forward = 1\n"
  firewall      = ""
  interfaces    = <<-EOT
    link set dev eth0 mtu ${local.path_mtu} up
    address add 198.51.100.2/30 dev eth0
    link add name tunnel0 type gre local 198.51.100.2 remote 203.0.113.2 ttl 255 nopmtudisc
    link set dev tunnel0 addrgenmode none
    link set dev tunnel0 mtu ${local.ip_mtu_bytes} up
    address add 172.16.0.1/30 dev tunnel0
  EOT
  ipsec         = ""
  ipsec_secrets = ""
  routing       = ""
  keepalive     = "tunnel0 period 1 retries 3\n" # as `keepalive 1 3` on IOS
}

data "tunnelwright_tunnel" "r1" {
  directory  = local.directory
  node       = "r1"
  tunnel     = "tunnel0"
  depends_on = [tunnelwright_router_config.r1]
}

output "ip_mtu_bytes" { value = data.tunnelwright_tunnel.r1.ip_mtu_bytes }
output "remote_outer_address" { value = data.tunnelwright_tunnel.r1.remote_outer_address }
output "overhead_bytes_of_1400" {
  value = provider::tunnelwright::esp_overhead(1400, "aes-gcm-16", "transport", false, false)
}
