"""Asking witnesses over HTTP, all of them at once and none of them for longer than a deadline.

Each witness has a thread and a connection of its own. An answer is read up to a limit, a redirect
is not followed, and whatever goes wrong is an outcome. The deadline holds for everything together:
names that do not resolve, connections, TLS, and answers that drip in byte by byte. A thread that
cannot be stopped, because the resolver of the system cannot, is left behind and does no harm.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from escrutinio.adapters.deadline_socket import DeadlineSocket
from escrutinio.errors import ElectionRecordError
from escrutinio.log import LogReader, Policy, SignedCheckpoint
from escrutinio.log.asking import (
    MAX_ANSWER_BYTES,
    Asked,
    AskedWitness,
    AskStatus,
    NoReply,
    WitnessOutcome,
    WitnessReply,
    ask_witness,
    find_cosigned,
    prove_extension,
)
from escrutinio.log.cosignature import Cosigner, MlDsaVerifier, find_cosigner

__all__ = ["HttpWitnessAsker"]

#: Seconds for asking all witnesses, everything included.
MAX_ASK_S = 10.0
#: Seconds of them for one connection to be made.
MAX_CONNECT_S = 3.0

_SCHEMES = {"http": 80, "https": 443}
_Result: TypeAlias = tuple[str, tuple[WitnessOutcome, ...] | ElectionRecordError]


@dataclass(frozen=True, slots=True)
class _Times:
    """How long one asking may take.

    Attributes:
        deadline_s: its end, on the clock of ``time.monotonic``.
        connect_s: seconds for one connection to be made.
    """

    deadline_s: float
    connect_s: float


class HttpWitnessAsker:
    """A ``WitnessAsker`` over HTTP; remembers what each witness cosigned last.

    Attributes:
        witnesses: those of the policy.
        deadline_s: seconds for asking all of them.
    """

    def __init__(
        self,
        policy: Policy,
        ml_dsa: MlDsaVerifier | None = None,
        deadline_s: float = MAX_ASK_S,
        connect_s: float = MAX_CONNECT_S,
    ) -> None:
        """Take the witnesses of a policy.

        Args:
            policy: whom to ask, and where.
            ml_dsa: what verifies cosignatures of type 0x06; without it they never count.
            deadline_s: seconds for asking all of them.
            connect_s: seconds for one connection to be made.
        """
        self.witnesses = tuple(
            AskedWitness(witness, find_cosigner(witness.vkey, ml_dsa))
            for witness in policy.witnesses
        )
        self.deadline_s = deadline_s
        self.connect_s = connect_s
        self._last: dict[str, int] = {}

    @property
    def cosigners(self) -> tuple[Cosigner, ...]:
        """The keys whose lines can be verified, for ``LogWriter.publish``."""
        return tuple(item.cosigner for item in self.witnesses if item.cosigner is not None)

    def ask(self, signed: SignedCheckpoint, reader: LogReader) -> Asked:
        """Ask every witness that has not cosigned this checkpoint yet; see the Protocol."""
        times = _Times(time.monotonic() + self.deadline_s, self.connect_s)
        outcomes = {
            name: WitnessOutcome(name, AskStatus.COSIGNED, line=line)
            for name, line in find_cosigned(self.witnesses, signed).items()
        }
        groups: dict[str, list[AskedWitness]] = {}
        for item in self.witnesses:
            if item.witness.name in outcomes:
                continue
            if item.witness.url is None:
                reason = "the policy names no address for it"
                outcome = WitnessOutcome(item.witness.name, AskStatus.UNREACHABLE, reason)
                outcomes[outcome.name] = outcome
            else:
                groups.setdefault(item.witness.url, []).append(item)
        for outcome in self._ask_groups(groups, signed, reader, times):
            outcomes[outcome.name] = outcome
        return Asked(tuple(outcomes[item.witness.name] for item in self.witnesses))

    def _ask_groups(
        self,
        groups: dict[str, list[AskedWitness]],
        signed: SignedCheckpoint,
        reader: LogReader,
        times: _Times,
    ) -> list[WitnessOutcome]:
        results: queue.SimpleQueue[_Result] = queue.SimpleQueue()
        prove = prove_extension(reader, signed.checkpoint)
        for url, group in groups.items():
            post = partial(_post, url, times)
            last = self._last.get(url, 0)
            ask = partial(ask_witness, group, signed, prove, post, last)
            # A daemon: the program may end while the resolver still waits for a name.
            threading.Thread(target=_run, args=(url, ask, results), daemon=True).start()
        waiting = dict(groups)
        outcomes: list[WitnessOutcome] = []
        while waiting:
            try:
                url, result = results.get(timeout=max(times.deadline_s - time.monotonic(), 0))
            except queue.Empty:
                break
            del waiting[url]
            if isinstance(result, ElectionRecordError):
                raise result
            outcomes += result
            if any(item.status is AskStatus.COSIGNED for item in result):
                self._last[url] = signed.checkpoint.size
        reason = f"no answer in {self.deadline_s:g} s"
        outcomes += [
            WitnessOutcome(item.witness.name, AskStatus.SLOW, reason)
            for group in waiting.values()
            for item in group
        ]
        return outcomes


def _run(
    url: str,
    ask: Callable[[], tuple[WitnessOutcome, ...]],
    results: queue.SimpleQueue[_Result],
) -> None:
    try:
        results.put((url, ask()))
    except ElectionRecordError as error:
        # Our own files are at fault; the caller's thread must hear of it.
        results.put((url, error))


def _post(url: str, times: _Times, body: bytes) -> WitnessReply | NoReply:
    """Send one request; every failure of the other side is a value."""
    try:
        address = _split(url)
        connection = _Connection(address, times)
        try:
            path = f"{address.path.rstrip('/')}/add-checkpoint"
            headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            connection.request("POST", path, body, headers)
            with connection.getresponse() as answer:
                data = answer.read(MAX_ANSWER_BYTES + 1)
        finally:
            connection.close()
    except TimeoutError:
        return NoReply(AskStatus.SLOW, "it did not answer in time")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return NoReply(AskStatus.UNREACHABLE, ascii(reason)[1:-1])
    except http.client.HTTPException as error:
        return NoReply(AskStatus.BAD_ANSWER, f"no HTTP answer: {type(error).__name__}")
    if len(data) > MAX_ANSWER_BYTES:
        return NoReply(AskStatus.BAD_ANSWER, f"an answer of more than {MAX_ANSWER_BYTES} bytes")
    return WitnessReply(answer.status, answer.getheader("Content-Type", ""), data)


def _split(url: str) -> SplitResult:
    address = urlsplit(url)
    is_plain = not (address.query or address.fragment or address.username)
    if address.scheme not in _SCHEMES or not address.hostname or not is_plain:
        raise ValueError("its address in the policy is no plain http or https URL")
    return address


class _Connection(http.client.HTTPConnection):
    """A connection whose every step ends at the deadline."""

    def __init__(self, address: SplitResult, times: _Times) -> None:
        """Take an address that was split and checked."""
        super().__init__(address.hostname or "", address.port or _SCHEMES[address.scheme])
        self.is_tls = address.scheme == "https"
        self.times = times

    def connect(self) -> None:
        """Connect, and put the deadline around the socket."""
        left_s = max(self.times.deadline_s - time.monotonic(), 0.001)
        timeout_s = min(left_s, self.times.connect_s)
        try:
            plain = socket.create_connection((self.host, self.port), timeout_s)
        except TimeoutError:
            raise ConnectionError(f"no connection in {timeout_s:.3g} s") from None
        plain.settimeout(left_s)
        try:
            connected = _wrap_tls(plain, self.host) if self.is_tls else plain
        except BaseException:
            plain.close()
            raise
        self.sock = DeadlineSocket(connected, self.times.deadline_s)


def _wrap_tls(plain: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
