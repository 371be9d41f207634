"""The log of an election in its publisher's hands: begun, opened, grown.

The working folder is private: the definition as it was sealed, the log, the bodies of the
bulletins, and a cache of what the entries say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from escrutinio.definition import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    STATIONS_NAME,
    Definition,
    DefinitionFiles,
    decode_definition,
    verify_signer_keys,
)
from escrutinio.definition.files import SIGNERS_NAME
from escrutinio.definition.limits import MAX_TABLE_BYTES
from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    RefusedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import (
    EMPTY_EDGE,
    INTENDED_PATH,
    TILE_WIDTH,
    Checkpoint,
    Edge,
    LogFile,
    LogReader,
    LogStore,
    LogWriter,
    create_log,
    load_checkpoint,
    load_edge,
    open_log,
    read_log,
    verify_reading,
)
from escrutinio.log.entries import (
    Entry,
    Genesis,
    decode_entry,
    read_entries,
    sign_entry,
    verify_entry,
)
from escrutinio.log.merkle import DIGEST_BYTES
from escrutinio.operations.election_keys import (
    find_log_signer,
    require_log_key,
    require_operator,
    require_trust,
)
from escrutinio.operations.record_writing import RecordStore
from escrutinio.operations.state_cache import (
    MAX_STATE_BYTES,
    STATE_FORMAT,
    SavedState,
    decode_state,
    encode_state,
)
from escrutinio.primitives import MAX_JSON_BYTES
from escrutinio.primitives.keys import PublicKey, SigningKey
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import RecordReader
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.tabulation.ledger import Ledger, find_log_keys

__all__ = [
    "STATE_PATH",
    "ElectionLog",
    "Workspace",
    "begin_election",
    "keys_for",
    "load_election_files",
    "load_ledger",
    "load_workspace_definition",
    "named_files",
    "open_election",
    "replay",
]

STATE_PATH = "state"

_DEFINITION = "definition"
_LIMITS = {
    DEFINITION_NAME: MAX_JSON_BYTES,
    DIVISIONS_NAME: MAX_TABLE_BYTES,
    STATIONS_NAME: MAX_TABLE_BYTES,
    SIGNERS_NAME: MAX_TABLE_BYTES,
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """The working folder of an election's publisher. One writer at a time.

    Attributes:
        files: its files, but for the log.
        log: the log.
    """

    files: RecordStore
    log: LogStore


@dataclass(slots=True)
class ElectionLog:
    """The log of an election with what its entries say.

    Attributes:
        workspace: where it is kept.
        files: the genesis definition, as bytes.
        writer: the log, open for writing.
        ledger: what the entries up to the end say.
        digests: SHA-256 of every entry, one behind the other.
    """

    workspace: Workspace
    files: DefinitionFiles
    writer: LogWriter
    ledger: Ledger
    digests: bytearray = field(repr=False)

    @property
    def definition(self) -> Definition:
        """The genesis definition."""
        return self.ledger.genesis

    @property
    def election(self) -> bytes:
        """What stands in every entry."""
        return election_of(self.definition.identity)

    def places(self) -> dict[bytes, int]:
        """Give the place of every entry by its digest."""
        view = bytes(self.digests)
        return {
            view[at : at + DIGEST_BYTES]: at // DIGEST_BYTES
            for at in range(0, len(view), DIGEST_BYTES)
        }

    def append(self, entries: Sequence[bytes]) -> None:
        """Append entries that the ledger has taken already; they are durable on return.

        Raises:
            RefusedError: the key at hand may not sign for the log with these entries. Nothing was
                appended; ``reload`` takes them out of the ledger.
            AdapterError: the outside world failed. Open the election again.
        """
        require_log_key(self.ledger, self.writer.signer)
        self.writer.append(entries)
        for data in entries:
            self.digests += hashlib.sha256(data).digest()

    def reload(self) -> None:
        """Read again what the log says, after entries that were not appended in the end.

        Raises:
            ElectionRecordError: as when opening it.
        """
        head = self.writer.signed.checkpoint
        workspace = self.workspace
        self.ledger, self.digests = load_ledger(
            workspace.files, workspace.log, self.definition, head
        )

    def save(self) -> None:
        """Store the cache; without it the next opening reads the whole log.

        Raises:
            AdapterError: the outside world failed; the old cache or the new one is there.
        """
        head = self.writer.signed.checkpoint
        state = SavedState(
            STATE_FORMAT,
            str(self.definition.identity),
            head.size,
            head.root,
            bytes(self.digests),
            self.ledger.dump(),
        )
        self.workspace.files.store([LogFile(STATE_PATH, encode_state(state))])


def named_files(files: DefinitionFiles) -> dict[str, bytes]:
    """Give the files of a definition by name, ``definition.json`` first."""
    contents = (files.definition, files.divisions, files.stations, files.signers)
    return {name: data for name, data in zip(_LIMITS, contents, strict=True) if data is not None}


def load_workspace_definition(files: RecordReader) -> DefinitionFiles | None:
    """Load the definition of a working folder; None before there is one.

    Raises:
        UnverifiableError: some of its files are missing.
        AdapterError: the outside world failed.
    """
    found = {name: files.load(f"{_DEFINITION}/{name}", most) for name, most in _LIMITS.items()}
    document, divisions = found[DEFINITION_NAME], found[DIVISIONS_NAME]
    if document is None:
        return None
    if divisions is None:
        expected = "a file of the definition"
        raise UnverifiableError.of(Fault(f"{_DEFINITION}/{DIVISIONS_NAME}", expected, "nothing"))
    return DefinitionFiles(document, divisions, found[STATIONS_NAME], found[SIGNERS_NAME])


def begin_election(
    workspace: Workspace, files: DefinitionFiles, log_key: SigningKey, operator: SigningKey
) -> ElectionLog:
    """Begin the log of an election with its genesis entry; goes on after a crash.

    Args:
        workspace: an empty working folder, or one whose beginning was interrupted.
        files: the sealed definition.
        log_key: key of the log, as the definition's policy names it.
        operator: key that signs the genesis entry.

    Raises:
        MalformedError: the files are no definition.
        RefusedError: a definition without trust, keys that it does not name, another definition
            in the folder, or a log that has begun.
        AdapterError: the outside world failed; another attempt goes on.
    """
    definition = decode_definition(files)
    verify_signer_keys(require_trust(definition).signers)
    log_signer = find_log_signer(definition, log_key)
    require_operator(definition, operator)
    _store_definition(workspace, files)
    if load_checkpoint(workspace.log, INTENDED_PATH) is None:
        writer = create_log(workspace.log, log_signer)
    else:
        writer = open_log(workspace.log, log_signer)
    genesis = Genesis(bytes.fromhex(definition.identity), len(files.definition))
    entry = sign_entry(genesis, election_of(definition.identity), operator)
    if writer.size == 0:
        writer.append([entry])
    elif writer.tail != (entry,) or writer.size > 1 or _is_published(workspace.log, writer):
        found = f"one of {writer.size} entries"
        raise RefusedError.of(Fault("log", "no log that has begun", found))
    writer.publish()
    return _read_state(workspace, files, definition, writer)


def _is_published(log: LogStore, writer: LogWriter) -> bool:
    published = load_checkpoint(log)
    return published is not None and published.checkpoint == writer.signed.checkpoint


def _store_definition(workspace: Workspace, files: DefinitionFiles) -> None:
    there = load_workspace_definition(workspace.files)
    if there is not None and there != files:
        raise RefusedError.of(
            Fault(f"{_DEFINITION}/{DEFINITION_NAME}", "this definition", "another one")
        )
    stored = [LogFile(f"{_DEFINITION}/{name}", data) for name, data in named_files(files).items()]
    # The document last: a folder that has it has the tables it names.
    workspace.files.store(stored[1:])
    workspace.files.store(stored[:1])


def open_election(workspace: Workspace, log_key: SigningKey) -> ElectionLog:
    """Go on with an election, after a proper end or a crash.

    Args:
        workspace: its working folder.
        log_key: key of the log, or the one that entries to be appended put in its place. Whether
            it may sign is seen where it is to sign.

    Raises:
        UnverifiableError: no election here, or a file is missing.
        VerificationError: files contradict each other or the key.
        MalformedError: a file is not what it should be.
        AdapterError: the outside world failed.
    """
    files, definition = load_election_files(workspace.files)
    intended = load_checkpoint(workspace.log, INTENDED_PATH)
    first = find_log_keys(Ledger.begin(definition)).first
    signer = NoteSigner(first.origin, log_key)
    if intended is None:
        # Says what is missing.
        return _read_state(workspace, files, definition, open_log(workspace.log, signer))
    # Which key has signed is in the entries. They are what was signed only if that is verified.
    ledger, digests = load_ledger(workspace.files, workspace.log, definition, intended.checkpoint)
    writer = open_log(workspace.log, signer, find_log_keys(ledger).at)
    return ElectionLog(workspace, files, writer, ledger, digests)


def load_election_files(files: RecordReader) -> tuple[DefinitionFiles, Definition]:
    """Load and decode the definition of a working folder.

    Raises:
        UnverifiableError: no election here, or a file is missing.
        MalformedError: the files are no definition.
        AdapterError: the outside world failed.
    """
    found = load_workspace_definition(files)
    if found is None:
        remedy = "Begin one with 'escrutinio log create'."
        raise UnverifiableError.of(Fault("election", "a working folder", "none", remedy))
    return found, decode_definition(found)


def _read_state(
    workspace: Workspace, files: DefinitionFiles, definition: Definition, writer: LogWriter
) -> ElectionLog:
    head = writer.signed.checkpoint
    ledger, digests = load_ledger(workspace.files, workspace.log, definition, head)
    return ElectionLog(workspace, files, writer, ledger, digests)


def load_ledger(
    files: RecordReader, log: LogReader, definition: Definition, head: Checkpoint
) -> tuple[Ledger, bytearray]:
    """Take what the cache knows, if it is of this log, and read the entries after it.

    Args:
        files: the working folder.
        log: the log.
        definition: the genesis definition.
        head: the last signed checkpoint, verified.

    Returns:
        The ledger, and the SHA-256 of every entry, one behind the other.

    Raises:
        UnverifiableError, VerificationError, MalformedError, AdapterError: as ``open_election``.
    """
    try:
        ledger, digests, edge = _load_cache(files, log, definition, head)
    except ElectionRecordError:
        # Whatever is wrong with a cache, the log is the truth.
        ledger, digests, edge = Ledger.begin(definition), bytearray(), EMPTY_EDGE
    for _ in _read_on(ledger, log, head, edge, (), digests):
        pass
    return ledger, digests


def _load_cache(
    files: RecordReader, log: LogReader, definition: Definition, head: Checkpoint
) -> tuple[Ledger, bytearray, Edge]:
    data = files.load(STATE_PATH, MAX_STATE_BYTES)
    if data is None:
        raise UnverifiableError.of(Fault(STATE_PATH, "a saved state", "none"))
    state = decode_state(data, STATE_PATH)
    if state.identity != definition.identity or state.size > head.size:
        found = f"{state.identity}, {state.size} entries"
        raise VerificationError.of(Fault(STATE_PATH, "a state of this log", found))
    edge = load_edge(log, Checkpoint(head.origin, state.size, state.root))
    ledger = Ledger.load(state.ledger, definition)
    if ledger.size != state.size:
        found = f"{ledger.size} of {state.size} entries"
        raise VerificationError.of(Fault(STATE_PATH, "a whole state", found))
    return ledger, bytearray(state.digests), edge


def replay(
    log: LogReader, definition: Definition, head: Checkpoint, stops: Iterable[int]
) -> Iterator[Ledger]:
    """Read a log from its beginning and give the ledger at some sizes of it.

    It is one ledger, which goes on: what is needed of it must be taken at each stop.

    Args:
        log: the log.
        definition: the genesis definition.
        head: the signed checkpoint.
        stops: sizes in rising order, at most that of the checkpoint.

    Raises:
        VerificationError: a file contradicts the checkpoint.
        UnverifiableError: a file is missing.
    """
    ledger = Ledger.begin(definition)
    yield from _read_on(ledger, log, head, EMPTY_EDGE, stops, bytearray())


def _read_on(
    ledger: Ledger,
    log: LogReader,
    head: Checkpoint,
    since: Edge,
    stops: Iterable[int],
    digests: bytearray,
) -> Iterator[Ledger]:
    """Apply the entries from ``since`` on; stops at each of the sizes."""
    reading = read_log(log, head, since)
    verify_reading(reading)
    for data in reading.entries:
        digests += hashlib.sha256(data).digest()
    begin = since.size
    for end in (*stops, head.size):
        _apply_entries(ledger, reading.entries[begin - since.size : end - since.size])
        begin = end
        yield ledger


def _apply_entries(ledger: Ledger, entries: Sequence[bytes]) -> None:
    election = election_of(ledger.genesis.identity)
    for begin in range(0, len(entries), TILE_WIDTH):
        bundle = entries[begin : begin + TILE_WIDTH]
        first = ledger.size
        read, _ = read_entries(bundle, first, ledger.keys_by_id(), election)
        by_place = {entry.index: entry for entry in read}
        for index, data in enumerate(bundle, start=first):
            entry = by_place.get(index) or _read_again(data, index, ledger, election)
            if entry is None:
                ledger.skip()
            else:
                ledger.apply(entry)


def _read_again(data: bytes, index: int, ledger: Ledger, election: bytes) -> Entry | None:
    """Read an entry whose key was perhaps enrolled by one just before it."""
    where = f"entry {index}"
    try:
        received = decode_entry(data, index, where)
        if received.election != election:
            return None
        return verify_entry(received, keys_for(ledger.keys_by_id(), received.message.kid), where)
    except ElectionRecordError:
        return None


def keys_for(keys: Mapping[bytes, Sequence[bytes]], kid: bytes) -> list[PublicKey]:
    """Give the keys that a message may be signed with."""
    return [PublicKey(raw) for raw in keys.get(kid, ())]
