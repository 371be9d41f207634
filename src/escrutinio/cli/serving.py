"""Running a server until somebody stops it."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escrutinio.service import HttpServer

__all__ = ["serve_until_stopped"]


def serve_until_stopped(server: HttpServer) -> None:
    """Serve until the process gets SIGTERM or SIGINT."""

    def stop(*_: object) -> None:
        # The loop cannot be ended from inside of itself.
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.serve_forever()
