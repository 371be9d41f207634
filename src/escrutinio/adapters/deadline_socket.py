"""Connections that end at one moment, however slowly the other side sends.

The timeout of a socket begins again with every byte, so a peer that sends one byte now and then
holds a connection for ever. Here every use of the socket gets what is left until the deadline.
"""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["DeadlineSocket"]


class DeadlineSocket:
    """What ``http.client`` and ``http.server`` use of a socket, until a deadline.

    Every method but ``close`` raises ``TimeoutError`` when the deadline has come.
    """

    def __init__(self, connection: socket.socket, deadline_s: float) -> None:
        """Wrap a connected socket.

        Args:
            connection: plain or TLS.
            deadline_s: on the clock of ``time.monotonic``.
        """
        self.connection = connection
        self.deadline_s = deadline_s
        self._files = 0
        self._is_closed = False

    def sendall(self, data: bytes) -> None:
        """Send all of it; the timeout of ``sendall`` is for the whole, not for each byte."""
        self._set_timeout()
        self.connection.sendall(data)

    def recv_into(self, buffer: WriteableBuffer) -> int:
        """Receive some bytes; 0 when the other side has ended."""
        self._set_timeout()
        return self.connection.recv_into(buffer)

    def makefile(self, mode: str = "rb", buffering: int = -1) -> io.BufferedReader:
        """Give the received bytes as a file."""
        del mode, buffering
        self._files += 1
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Close the connection, as soon as its files are closed too."""
        self._is_closed = True
        self._close_when_unused()

    def release_file(self) -> None:
        """Count a file that was closed."""
        self._files -= 1
        self._close_when_unused()

    def _close_when_unused(self) -> None:
        # http.client closes the connection before it reads the body of a last answer.
        if self._is_closed and self._files <= 0:
            self.connection.close()

    def _set_timeout(self) -> None:
        left_s = self.deadline_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self.connection.settimeout(left_s)


class _Received(io.RawIOBase):
    def __init__(self, connection: DeadlineSocket) -> None:
        self.connection = connection

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            super().close()
            self.connection.release_file()

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self.connection.recv_into(buffer)
