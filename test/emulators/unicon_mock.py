"""Cisco's own mock device (unicon, Apache-2.0) on a free port of 127.0.0.1; prints the port. Its working folder gets a host key."""
import os
import signal
import sys
import types

# unicon's plugins name this exception of genie's, 700 MB that the mock does not need.
exceptions = types.ModuleType("genie.metaparser.util.exceptions")
exceptions.SchemaEmptyParserError = type("SchemaEmptyParserError", (Exception,), {})
for name in ("genie", "genie.metaparser", "genie.metaparser.util"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["genie.metaparser.util.exceptions"] = exceptions

import asyncssh  # noqa: E402
from unicon.mock.mock_device import MockDeviceSSHWrapper  # noqa: E402

asyncssh.generate_private_key("ssh-rsa", key_size=2048).write_private_key("ssh_host_key")
device = MockDeviceSSHWrapper(
    hostname="Router", device_os=sys.argv[1], port=0, state=sys.argv[2], credentials={"cisco": "cisco"}, vty=True
)
device.start()
print("port", device.ports[0], flush=True)


def leave(*_):
    device.stop()
    os._exit(0)


signal.signal(signal.SIGTERM, leave)
sys.stdin.read()
leave()
