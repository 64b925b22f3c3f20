ephemeral "tunnelwright_pre_shared_key" "tunnel0" {
  file = abspath("${path.root}/.lab/psk/tunnel0")
}
