"""A witness as an HTTP service.

    POST <prefix>/add-checkpoint                      asks for a cosignature
    GET  <prefix>/<hex SHA-256 of origin>/checkpoint  the checkpoint cosigned last, cosigned
    GET  <prefix>/health                              200 while the memory can be read

The decision is ``log/witnessing.py``; here are its addresses, its clock, and what a failure of the
memory looks like from outside: 503, and never a cosignature. ``sign-subtree``, which the
specification leaves to the witness, is not there.

Reference: C2SP tlog-witness, head of 2026-07.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from escrutinio.errors import AdapterError, ElectionRecordError
from escrutinio.log import LogKey, WitnessStore, answer_add_checkpoint, decode_add_checkpoint
from escrutinio.log.cosignature import MlDsaSigner
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.service.http_server import HttpAnswer, HttpRequest

__all__ = ["WitnessMemory", "WitnessService", "hash_origin"]

# Answers to requests that a log which we follow has signed.
_ABOUT_A_LOG = (HTTPStatus.OK, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class WitnessMemory(WitnessStore, Protocol):
    """A ``WitnessStore`` that also shows what it holds."""

    def load_cosigned(self, origin: str) -> bytes | None:
        """Give the checkpoint cosigned last with our cosignatures, None when there is none.

        Only what ``update`` has made durable. May be called at any time, in any thread.

        Raises:
            AdapterError: the memory cannot be read.
        """


def hash_origin(origin: str) -> str:
    """Give the name of a log in addresses: SHA-256 of its origin, 64 hexadecimal digits."""
    return hashlib.sha256(origin.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WitnessService:
    """The witness, as a function of requests.

    Attributes:
        logs: by origin, the keys trusted for it.
        memory: what it cosigned last.
        signers: its keys.
        clock: gives the time in POSIX seconds.
        prefix: begins every path; ``/`` or such as ``/witness``.
    """

    logs: Mapping[str, Sequence[LogKey]]
    memory: WitnessMemory
    signers: Sequence[NoteSigner | MlDsaSigner]
    clock: Callable[[], int]
    prefix: str = "/"
    _pages: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Know the page of each log by its path."""
        pages = {self._place(f"{hash_origin(origin)}/checkpoint"): origin for origin in self.logs}
        object.__setattr__(self, "_pages", pages)

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request; what is not one of the three has 404, another method 405."""
        is_asking = request.path == self._place("add-checkpoint")
        is_health = request.path == self._place("health")
        if not (is_asking or is_health or request.path in self._pages):
            return HttpAnswer(HTTPStatus.NOT_FOUND)
        method = "POST" if is_asking else "GET"
        if request.method != method:
            return HttpAnswer(HTTPStatus.METHOD_NOT_ALLOWED, allow=method)
        try:
            if is_asking:
                return self._decide(request.body)
            return self._show_health() if is_health else self._show(self._pages[request.path])
        except AdapterError as error:
            return HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE, notes={"error": str(error)})
        except ElectionRecordError as error:
            # What is stored is no checkpoint of this log: somebody must look, nothing is signed.
            return HttpAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, notes={"error": str(error)})

    def _place(self, name: str) -> str:
        return f"{self.prefix.rstrip('/')}/{name}"

    def _decide(self, body: bytes) -> HttpAnswer:
        now = self.clock()
        answer = answer_add_checkpoint(body, self.logs, self.memory, self.signers, now)
        notes: dict[str, str | int] = {"reason": answer.reason} if answer.reason else {}
        if answer.status in _ABOUT_A_LOG:
            head = decode_add_checkpoint(body).checkpoint.checkpoint
            notes |= {"origin": head.origin, "size": head.size}
        return HttpAnswer(answer.status, answer.body, answer.content_type, notes=notes)

    def _show(self, origin: str) -> HttpAnswer:
        cosigned = self.memory.load_cosigned(origin)
        if cosigned is None:
            return HttpAnswer(HTTPStatus.NOT_FOUND)
        return HttpAnswer(HTTPStatus.OK, cosigned)

    def _show_health(self) -> HttpAnswer:
        for origin in self.logs:
            self.memory.load_cosigned(origin)
        return HttpAnswer(HTTPStatus.OK, b"ok\n")
