# The lab's absolute folder and the node's name; address and host key come from the lab's inventory.
terraform import tunnelwright_router_config.r1 "$PWD/.tunnelwright/gre-over-ipsec/r1"
