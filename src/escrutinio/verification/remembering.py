"""What a reader keeps of a verified record, so that the next run verifies only what is new.

    escrutinio-verified/1
    MessagePack of ``VerifiedState``

It is the reader's own file and as good as the run that wrote it: whoever can change it can have a
reader believe anything, as with the program itself. It is read strictly all the same, so that a
file that was cut off, or is of another election, is named as such.

The log goes on from its edge, which hashes to the verified root; what the entries said is in the
ledger; immutable files are known by their digest. They are not read again. A manifest that lists
another digest for one of them, or leaves one out that has to be there, makes the state worthless:
everything is verified again, as if there were none. So an insider gains nothing by the state; that
an outsider has changed an old file behind a manifest that still fits, only a whole run finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError
from escrutinio.log import (
    CHECKPOINT_PATH,
    Edge,
    SignedCheckpoint,
    bundles_of,
    decode_checkpoint,
    tiles_of,
)
from escrutinio.publication import ManifestFile
from escrutinio.publication.layout import bulletin_of
from escrutinio.tabulation.ledger import Ledger

__all__ = ["VERIFIED_FORMAT", "VerifiedState", "decode_verified", "encode_verified", "is_immutable"]

#: Another number as soon as the ledger or anything here is stored in another form.
VERIFIED_FORMAT = b"escrutinio-verified/1\n"
#: Above what 10,000,000 entries need.
MAX_VERIFIED_BYTES = 4 << 30


class KnownFile(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An immutable file that was found as its manifest lists it."""

    path: str
    size_bytes: int
    sha256: bytes


class VerifiedState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was verified.

    Attributes:
        identity: of the election, hexadecimal.
        checkpoint: the bytes of the checkpoint.
        levels: the edge of its tree: hashes of the partial tile of each level.
        ledger: what its entries say, as the ledger stores itself.
        holds: number of holds that were held against findings.
        bulletin: number of the last bulletin that was computed again; 0 for none.
        files: immutable files.
    """

    identity: str
    checkpoint: bytes
    levels: tuple[tuple[bytes, ...], ...]
    ledger: bytes
    holds: int
    bulletin: int
    files: tuple[KnownFile, ...]

    def signed(self) -> SignedCheckpoint:
        """Give the checkpoint.

        Raises:
            MalformedError: it is none.
        """
        return decode_checkpoint(self.checkpoint, f"verified state: {CHECKPOINT_PATH}")

    def edge(self) -> Edge:
        """Give the edge of the tree, which hashes to the root of the checkpoint.

        Raises:
            MalformedError: it does not, or is no edge.
        """
        head = self.signed().checkpoint
        edge = Edge(head.size, self.levels)
        if edge.compute_root() != head.root:
            expected = f"the root {head.root.hex()} of its checkpoint"
            raise MalformedError.of(Fault("verified state: levels", expected, "another one"))
        return edge

    def load_ledger(self, definition: Definition, genesis_bytes: int) -> Ledger:
        """Give the ledger.

        Raises:
            MalformedError: it is none, or of another place.
        """
        ledger = Ledger.load(self.ledger, definition, genesis_bytes=genesis_bytes)
        size = self.signed().checkpoint.size
        if ledger.size != size or not 0 <= self.holds <= len(ledger.holds):
            expected = f"{size} entries, with {self.holds} holds"
            found = f"{ledger.size} entries, with {len(ledger.holds)}"
            raise MalformedError.of(Fault("verified state: ledger", expected, found))
        return ledger

    def known_files(self) -> Mapping[str, ManifestFile]:
        """Give the immutable files by path."""
        return {
            file.path: ManifestFile(file.path, file.size_bytes, file.sha256) for file in self.files
        }

    def is_covered_by(self, files: Iterable[ManifestFile], size: int, newest: int) -> bool:
        """Say whether a manifest lists every known file as it was.

        Partial tiles go when the log has grown, and ``data`` of a bulletin when there are newer
        ones. Nothing else goes, and nothing is ever another file.

        Args:
            files: what the manifest lists.
            size: number of entries of the record.
            newest: number of its newest bulletin, 0 for none.
        """
        listed = {file.path: file for file in files}
        needed = {place.path for place in bundles_of(size)}
        needed |= {place.path for place in tiles_of(size)}

        def may_go(path: str) -> bool:
            place = bulletin_of(path)
            if place is not None:
                return place[0] == "data" and place[1] < newest
            return path.startswith("tile/") and path not in needed

        return all(
            listed[path] == file if path in listed else may_go(path)
            for path, file in self.known_files().items()
        )


_DECODER = msgspec.msgpack.Decoder(VerifiedState)


def encode_verified(state: VerifiedState) -> bytes:
    """Write a state; the same state gives the same bytes."""
    return VERIFIED_FORMAT + msgspec.msgpack.encode(state)


def decode_verified(data: bytes, where: str) -> VerifiedState:
    """Read a state.

    Raises:
        MalformedError: of another form or version, cut off, or in another spelling.
    """
    if not data.startswith(VERIFIED_FORMAT):
        expected = VERIFIED_FORMAT.decode().strip()
        raise MalformedError.of(Fault(where, expected, ascii(data[:24])))
    try:
        state = _DECODER.decode(memoryview(data)[len(VERIFIED_FORMAT) :])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError.of(Fault(where, "a verified state", str(error)[:200])) from None
    if encode_verified(state) != data:
        raise MalformedError.of(Fault(where, "the one spelling of this state", "another one"))
    state.edge()
    return state


def is_immutable(path: str) -> bool:
    """Say whether a file of a record never changes once it was published."""
    return path.startswith(("tile/", "scans/")) or bulletin_of(path) is not None
