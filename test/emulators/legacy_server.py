"""asyncssh (EPL-2.0 or GPL-2.0) as a router with the algorithms it is told, and a shell that knows a prompt; prints the port."""
import asyncio
import json
import sys

import asyncssh

options = json.loads(sys.argv[1])


class Server(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("cisco", "cisco")


async def shell(process):
    process.stdout.write("Legacy#")
    async for line in process.stdin:
        text = line.strip()
        process.stdout.write(f"{text}\r\n" if options.get("echo", True) else "\r\n")
        if text == "show clock":
            process.stdout.write("10:00:00.000 UTC Mon Jan 1 2024\r\n")
        process.stdout.write("Legacy#")
    process.exit(0)


async def main():
    key = asyncssh.generate_private_key("ssh-rsa", key_size=options.get("rsaBits", 2048))
    server = await asyncssh.create_server(
        Server,
        "127.0.0.1",
        0,
        server_host_keys=[key],
        process_factory=shell,
        line_editor=False,
        server_version=options["ident"],
        kex_algs=options["kex"],
        encryption_algs=options["cipher"],
        mac_algs=options["mac"],
        signature_algs=["ssh-rsa"],
    )
    print("port", server.get_port(), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
