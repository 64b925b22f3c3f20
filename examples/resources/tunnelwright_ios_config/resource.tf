resource "tunnelwright_ios_config" "r1" {
  node          = "r1"
  host          = "10.213.252.10"
  password_file = abspath("${path.root}/.lab/ios/password")
  host_key_file = abspath("${path.root}/.lab/ios/r1.host-key")
  config        = <<-EOT
    interface Tunnel0
     ip address 172.16.0.1 255.255.255.252
     ip mtu 1400
     ip tcp adjust-mss 1360
  EOT
}
