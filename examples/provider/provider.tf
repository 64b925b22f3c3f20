terraform {
  required_version = ">= 1.11"
  required_providers {
    tunnelwright = {
      source = "tunnelwright.invalid/tunnelwright/tunnelwright"
    }
  }
}

# The provider takes no configuration.
provider "tunnelwright" {}
