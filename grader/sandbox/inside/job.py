"""The conversation with the parent: one program, then one report for every request.

Messages are JSON with a length in front. The parent closes its end when it has seen enough.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

import torch

from .run import Ways, run
from .seeds import leave_absent_devices_alone

LENGTH = struct.Struct(">Q")

leave_absent_devices_alone()  # once, in the server


def serve(connection: socket.socket) -> None:
    """Receive the program, then run it as often as the parent asks."""
    torch.set_num_threads(1)
    sys.breakpointhook = lambda *_, **__: None  # nobody is there to debug
    program = receive(connection)
    if program is None:
        return
    folder = Path(program["folder"])
    os.chdir(folder)
    process = os.getpid()
    ways: Ways = {}
    while (request := receive(connection)) is not None:
        report = run(program, request, folder, ways)
        if os.getpid() != process:  # a copy that the program forked must not answer for it
            os._exit(0)
        try:
            send(connection, report)
        except OSError:  # the program has closed or replaced its descriptors
            return


def receive(connection: socket.socket) -> Any:
    """Next message, or None when the other side has closed."""
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    body = _exactly(connection, LENGTH.unpack(head)[0])
    return None if body is None else json.loads(body)


def send(connection: socket.socket, message: Any) -> None:
    """Send one message; `allow_nan` is off because JSON has no such numbers."""
    body = json.dumps(message, allow_nan=False).encode("utf-8", "replace")
    connection.sendall(LENGTH.pack(len(body)) + body)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    received = bytearray()
    while len(received) < size:
        piece = connection.recv(min(size - len(received), 1 << 20))
        if not piece:
            return None
        received += piece
    return bytes(received)
