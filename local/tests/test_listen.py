"""Only this machine and the VPC reach the emulator."""

import socket
from pathlib import Path

from local_cloud import Cloud


def _listening(port: int) -> set[str]:
    """Addresses of the IPv4 sockets that listen on a port; IPv6 ones as `ipv6`."""
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, number = local.split(":")
            if state == "0A" and int(number, 16) == port:
                ipv4 = family == socket.AF_INET
                found.add(socket.inet_ntoa(bytes.fromhex(address)[::-1]) if ipv4 else "ipv6")
    return found


def test_the_emulator_listens_on_loopback_and_in_the_vpc_only(cloud: Cloud) -> None:
    assert _listening(cloud.port) == {"127.0.0.1", cloud.environment["LOCAL_VPC_GATEWAY"]}
