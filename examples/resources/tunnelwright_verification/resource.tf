variable "router_revisions" {
  type        = map(string)
  description = "The attribute revision of each router_config: what was pushed is verified."
  default     = {}
}

variable "directory" {
  type        = string
  description = "The lab's folder, absolute: .tunnelwright/gre-over-ipsec."
}

locals {
  plan_file = "${var.directory}/plan.json" # npx cdktf synth wrote it
}

resource "tunnelwright_verification" "verification" {
  lab         = "gre-over-ipsec"
  directory   = var.directory
  plan_file   = local.plan_file
  plan_sha256 = filesha256(local.plan_file)
  revisions   = var.router_revisions
}

output "verdict" { value = tunnelwright_verification.verification.summary }
