import socket

from config.servers.faults import Fault

HOST = "127.0.0.1"
FIRST = 8000
LARGEST = 65535


def choose(wanted: str) -> int:
    """Return the port to serve on: the wanted one, or without a wish the first free from 8000.

    Raises:
        Fault: the wanted port is taken or not a port, or none of a hundred is free.

    """
    if not wanted:
        for port in range(FIRST, FIRST + 100):
            if _is_free(port):
                return port
        raise Fault(f"No port from {FIRST} to {FIRST + 99} is free: choose one with PORT=….")
    if not (wanted.isdecimal() and 0 < int(wanted) <= LARGEST):
        raise Fault(f"PORT is “{wanted}”: it must be a number from 1 to {LARGEST}.")
    if not _is_free(int(wanted)):
        raise Fault(f"Port {wanted} is in use by another program: choose another with PORT=….")
    return int(wanted)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
