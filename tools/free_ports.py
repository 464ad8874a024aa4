#!/usr/bin/env python3
"""Prints N TCP ports of 127.0.0.1 that are free now: free_ports.py N."""

import socket
import sys

# All at once, so that no two are the same.
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
