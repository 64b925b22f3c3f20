resource "tunnelwright_ios_preflight" "ios" {
  routers = {
    r1 = { kind = "iol", image = "vrnetlab/cisco_iol:17.12.01" }
  }
}

# A container that refers to one of these waits for the preflight.
output "entrypoint_of_r1" { value = tunnelwright_ios_preflight.ios.entrypoints["r1"] }
