"""The memory of a witness: one SQLite file.

The file belongs to the keys of one witness and is made together with the first of them. It is
never made by the way: a witness that finds no file has lost its memory, and one that went on
without it could cosign a second history of a log. What it holds, per log:

- the checkpoint it cosigned last, as the log signed it, with its own cosignatures;
- checkpoints that the log signed and that were not shown to extend that one.

Every decision is one transaction that locks the file before it reads and is flushed to the disk
before it is answered (write-ahead log, ``synchronous=FULL``). When that fails nobody knows what
is on the disk, so the memory is closed and the process has to be started again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from escrutinio.errors import AdapterError, Fault, RefusedError
from escrutinio.log import WitnessAnswer, decode_checkpoint
from escrutinio.primitives.vkey import VerifierKey, decode_vkey

__all__ = ["Contradiction", "WitnessDatabase", "create_witness_database"]

#: Contradictions kept per log whose two checkpoints have one size and two roots; the first ones.
MAX_PROVEN = 100
#: Other refused checkpoints kept per log; the latest ones, because anybody can send them.
MAX_UNPROVEN = 100
#: Seconds to wait for another process that is deciding.
MAX_WAIT_S = 5.0

_APPLICATION_ID = 0x45534357  # "ESCW"
_VERSION = 1
_PRIVATE_MODE = 0o600
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
CREATE TABLE witness (vkey TEXT PRIMARY KEY);
CREATE TABLE cosigned (
    origin TEXT PRIMARY KEY, checkpoint BLOB NOT NULL, cosignatures BLOB NOT NULL
);
CREATE TABLE contradiction (
    number INTEGER PRIMARY KEY, origin TEXT NOT NULL, digest BLOB NOT NULL,
    is_proof INTEGER NOT NULL, refused BLOB NOT NULL, cosigned BLOB, UNIQUE (digest, is_proof)
);
"""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A checkpoint that the log signed and the witness refused.

    Attributes:
        origin: which log.
        is_proof: the two have one size and two roots, which nobody but the log can have caused.
            Otherwise whoever asked may have sent a wrong proof.
        refused: the refused checkpoint.
        cosigned: the one that was cosigned last at that time; None when there was none.
    """

    origin: str
    is_proof: bool
    refused: bytes
    cosigned: bytes | None


def create_witness_database(path: Path, key: VerifierKey) -> None:
    """Make the empty memory of a new key; it is on the disk on return.

    **The key has never cosigned anything.**

    Raises:
        AdapterError: something has this name already, or the file cannot be written.
    """
    with _translated(path, "to make the memory of a witness"):
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            os.close(os.open(path, flags, _PRIVATE_MODE))
        except FileExistsError:
            expected = "a new name for the memory of a witness"
            raise AdapterError.of(Fault(str(path), expected, "something with this name")) from None
        with contextlib.closing(_connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
            connection.execute("INSERT INTO witness VALUES (?)", (str(key),))
            connection.execute("COMMIT")
        _flush_folder(path.parent)


class WitnessDatabase:
    """A ``WitnessStore`` in a file; safe for many threads and several processes."""

    def __init__(self, path: Path, wait_s: float = MAX_WAIT_S) -> None:
        """Open the memory of a witness.

        Args:
            path: the file.
            wait_s: seconds to wait for another process that is deciding.

        Raises:
            AdapterError: no such file, or it cannot be opened.
            RefusedError: a file of another kind or version.
        """
        self.path = path
        self._lock = threading.Lock()
        self._is_broken = False
        if not path.is_file():
            remedy = "Bring it back. If it is lost, give up the key and make a new one."
            expected = "the memory of this witness"
            raise AdapterError.of(Fault(str(path), expected, "no such file", remedy))
        with _translated(path, "the memory of a witness"):
            self._connection = _connect(path, wait_s)
            found = [
                self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version")
            ]
        if found != [_APPLICATION_ID, _VERSION]:
            self._connection.close()
            expected = f"the memory of a witness, version {_VERSION}"
            raise RefusedError.of(Fault(str(path), expected, "another file"))

    def close(self) -> None:
        """Close the file; decisions that are being made are finished first."""
        with self._lock:
            self._connection.close()
            self._is_broken = True

    def load_keys(self) -> tuple[VerifierKey, ...]:
        """Give the keys this memory belongs to, the first one first."""
        with self._reading():
            rows = self._connection.execute("SELECT vkey FROM witness ORDER BY rowid").fetchall()
        return tuple(decode_vkey(row[0], str(self.path)) for row in rows)

    def add_key(self, key: VerifierKey) -> None:
        """Let another key of the same witness use this memory.

        **The key has never cosigned anything.**
        """
        with self._deciding():
            self._connection.execute("INSERT OR IGNORE INTO witness VALUES (?)", (str(key),))

    def require_keys(self, keys: Sequence[VerifierKey]) -> None:
        """Refuse keys that this memory does not belong to.

        Raises:
            RefusedError: it is the memory of another witness; every such key is named.
        """
        known = self.load_keys()
        names = ", ".join(map(str, known))
        faults = [
            Fault(str(self.path), f"the memory of {key}", f"that of {names}")
            for key in keys
            if key not in known
        ]
        if faults:
            raise RefusedError.of(*faults)

    def update(
        self,
        origin: str,
        decide: Callable[[bytes | None], tuple[WitnessAnswer, bytes | None]],
    ) -> WitnessAnswer:
        """Decide on one request about one log, and store what was decided; see the Protocol."""
        with self._deciding():
            row = self._connection.execute(
                "SELECT checkpoint FROM cosigned WHERE origin = ?", (origin,)
            ).fetchone()
            stored = None if row is None else bytes(row[0])
            answer, new = decide(stored)
            if new is not None:
                self._connection.execute(
                    "INSERT OR REPLACE INTO cosigned VALUES (?, ?, ?)", (origin, new, answer.body)
                )
            if answer.evidence is not None:
                self._keep(origin, answer.evidence, stored)
        return answer

    def load_cosigned(self, origin: str) -> bytes | None:
        """Give the checkpoint cosigned last, with our cosignatures; None when there is none."""
        with self._reading():
            row = self._connection.execute(
                "SELECT checkpoint, cosignatures FROM cosigned WHERE origin = ?", (origin,)
            ).fetchone()
        return None if row is None else bytes(row[0]) + bytes(row[1])

    def load_contradictions(self) -> tuple[Contradiction, ...]:
        """Give what was refused and kept, the oldest first."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT origin, is_proof, refused, cosigned FROM contradiction ORDER BY number"
            ).fetchall()
        return tuple(Contradiction(row[0], bool(row[1]), row[2], row[3]) for row in rows)

    def _keep(self, origin: str, refused: bytes, cosigned: bytes | None) -> None:
        """Keep a refused checkpoint, once per text, within the limits."""
        is_proof = _read_size(refused) == (0 if cosigned is None else _read_size(cosigned))
        count = self._connection.execute(
            "SELECT count(*) FROM contradiction WHERE origin = ? AND is_proof = ?",
            (origin, is_proof),
        ).fetchone()[0]
        if is_proof and count >= MAX_PROVEN:
            return
        digest = hashlib.sha256(refused).digest()
        added = self._connection.execute(
            "INSERT INTO contradiction (origin, digest, is_proof, refused, cosigned)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (origin, digest, is_proof, refused, cosigned),
        ).rowcount
        if added and count >= MAX_UNPROVEN:
            self._connection.execute(
                "DELETE FROM contradiction WHERE number = (SELECT min(number) FROM contradiction"
                " WHERE origin = ? AND NOT is_proof)",
                (origin,),
            )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, _translated(self.path, "to read the memory of this witness"):
            self._require_whole()
            yield

    @contextlib.contextmanager
    def _deciding(self) -> Iterator[None]:
        """One transaction: all of it is on the disk at the end, or nothing is."""
        with self._lock, _translated(self.path, "to write the memory of this witness"):
            self._require_whole()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            # If this fails, what is on the disk is not known before the file is opened again.
            self._is_broken = True
            self._connection.execute("COMMIT")
            self._is_broken = False

    def _require_whole(self) -> None:
        if self._is_broken:
            fault = Fault(str(self.path), "an open memory", "one that was closed or failed")
            raise AdapterError.of(fault, retryable=True)


def _connect(path: Path, wait_s: float = MAX_WAIT_S) -> sqlite3.Connection:
    # mode=rw: a file that is gone by now must not come back empty.
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=wait_s,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _read_size(checkpoint: bytes) -> int:
    return decode_checkpoint(checkpoint, "checkpoint of a witness").checkpoint.size


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _translated(path: Path, expected: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AdapterError.of(Fault(str(path), expected, reason), retryable=True) from None
