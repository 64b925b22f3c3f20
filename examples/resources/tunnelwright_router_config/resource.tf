ephemeral "tunnelwright_pre_shared_key" "tunnel0" {
  file = abspath("${path.root}/.lab/psk/tunnel0")
}

resource "tunnelwright_lab_access" "access" {
  lab       = "two-sites"
  directory = abspath("${path.root}/.lab")
  nodes     = { r1 = "10.213.252.10" }
}

resource "tunnelwright_router_config" "r1" {
  node          = "r1"
  host          = "10.213.252.10"
  identity_file = tunnelwright_lab_access.access.identity_file
  host_key      = tunnelwright_lab_access.access.host_keys["r1"]
  sysctl        = "net.ipv4.ip_forward = 1\n"
  firewall      = ""
  interfaces    = <<-EOT
    link set dev eth0 mtu 1500 up
    address add 198.51.100.2/30 dev eth0
  EOT
  ipsec         = ""
  ipsec_secrets = ""
  routing       = ""

  # Write-only: in neither plan nor state. Raise the version to push a changed key.
  pre_shared_keys_wo      = { tunnel0 = ephemeral.tunnelwright_pre_shared_key.tunnel0.value }
  pre_shared_keys_version = 1
}
