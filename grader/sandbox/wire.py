"""Messages between the trusted side and the others: JSON with its length in front.

Whoever is at the other end may be hostile or dead, so every reading has a limit and a deadline.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable

import msgspec

from grader.sandbox.limits import WATCH_SECONDS

LENGTH = struct.Struct(">Q")
_PIECE = 1 << 20


def send(connection: socket.socket, message: object) -> None:
    """Send one message."""
    body = msgspec.json.encode(message)
    connection.sendall(LENGTH.pack(len(body)) + body)


def receive(
    connection: socket.socket,
    largest: int,
    deadline: float,
    look: Callable[[], None] | None = None,
) -> bytes:
    """The body of one message.

    Args:
        connection: where it comes from.
        largest: bytes that it may have.
        deadline: `time.monotonic()` by which it has to be there.
        look: called now and then while waiting; ends the waiting by raising.

    Raises:
        EOFError: the other side has closed.
        TimeoutError: it is late.
        ValueError: the message is larger than allowed.
    """
    size = LENGTH.unpack(exactly(connection, LENGTH.size, deadline, look))[0]
    if size > largest:
        raise ValueError("too large")
    return exactly(connection, size, deadline, look)


def exactly(
    connection: socket.socket,
    size: int,
    deadline: float,
    look: Callable[[], None] | None = None,
) -> bytes:
    """Receive `size` bytes; arguments and errors as for `receive`."""
    received = bytearray()
    looked = time.monotonic()
    while len(received) < size:
        if (now := time.monotonic()) >= deadline:
            raise TimeoutError
        if look is not None and now - looked >= WATCH_SECONDS:
            look()
            looked = time.monotonic()
        connection.settimeout(min(WATCH_SECONDS, deadline - now))
        with contextlib.suppress(TimeoutError):
            piece = connection.recv(min(size - len(received), _PIECE))
            if not piece:
                raise EOFError("the other side has closed")
            received += piece
    return bytes(received)
