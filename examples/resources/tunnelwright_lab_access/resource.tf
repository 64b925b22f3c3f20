resource "tunnelwright_lab_access" "access" {
  lab       = "two-sites"
  directory = abspath("${path.root}/.lab")
  nodes     = { r1 = "10.213.252.10", r2 = "10.213.252.11" }
}

output "host_key_of_r1" { value = tunnelwright_lab_access.access.host_keys["r1"] }
