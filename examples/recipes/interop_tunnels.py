"""An OpenVPN server in a network namespace, for interop.py."""

import os
import pathlib
import subprocess


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, stdout=subprocess.DEVNULL)


class OpenVpn:
    """Two namespaces with a cable between: the server's, with a web server that
    only the tunnel leads to, and the one that the recipe runs in (`within`)."""

    def __init__(self, folder):
        self.client = str(folder / "vpn-client.conf")
        self.near, self.far = (f"recipes{os.getpid()}{end}" for end in "nf")
        self.within = ["ip", "netns", "exec", self.near]
        self.processes = []
        self.make_cable()
        subprocess.run(["openvpn", "--genkey", "secret", str(folder / "vpn.key")], check=True)
        common = (f"dev tun\nsecret {folder}/vpn.key\ncipher AES-256-CBC\n"
                  "proto udp\nport 11194\nping 1\nverb 3\n")
        pathlib.Path(self.client).write_text(
            common + "remote 192.0.2.1\nifconfig 10.8.0.2 10.8.0.1\n")
        server = folder / "vpn-server.conf"
        server.write_text(common + "local 192.0.2.1\nifconfig 10.8.0.1 10.8.0.2\n")
        web = folder / "web"
        web.mkdir()
        (web / "index.html").write_text("behind the tunnel\n")
        self.start("openvpn", "--config", str(server))
        self.start("python3", "-m", "http.server", "8080", "--directory", str(web))

    def make_cable(self):
        if not os.path.exists("/dev/net/tun"):
            os.makedirs("/dev/net", exist_ok=True)
            os.mknod("/dev/net/tun", 0o20600, os.makedev(10, 200))
        for name in (self.near, self.far):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "near", "netns", self.near, "type", "veth",
           "peer", "name", "far", "netns", self.far)
        for name, end, address in ((self.near, "near", 2), (self.far, "far", 1)):
            ip("-n", name, "address", "add", f"192.0.2.{address}/24", "dev", end)
            ip("-n", name, "link", "set", end, "up")

    def start(self, *command):
        self.processes.append(subprocess.Popen(
            ["ip", "netns", "exec", self.far, *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def interfaces(self):
        """The interfaces and routes where the recipe runs."""
        found = set()
        for what in (["-o", "-br", "link"], ["route"]):
            text = subprocess.run(["ip", "-n", self.near, *what], capture_output=True, text=True,
                                  check=True).stdout
            found |= {line.rstrip() for line in text.splitlines()}
        return found

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        for name in (self.near, self.far):
            ip("netns", "delete", name)
