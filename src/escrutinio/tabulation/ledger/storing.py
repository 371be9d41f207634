"""A ledger's state as bytes, for a publisher's cache and for incremental verification."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError
from escrutinio.tabulation.ledger.state import LedgerState

__all__ = ["decode_state", "encode_state"]

#: Changes whenever the meaning or the order of what is stored does.
_FORMAT = b"escrutinio-ledger/3\n"
_WHERE = "stored ledger"


def encode_state(state: LedgerState) -> bytes:
    """Give the state as bytes; the same state gives the same bytes."""
    return _FORMAT + msgspec.msgpack.encode(state)


def decode_state(data: bytes, definition: Definition) -> LedgerState:
    """Read a state back.

    Raises:
        MalformedError: no state, of another version, or of another election.
    """
    if not data.startswith(_FORMAT):
        found = ascii(data[: len(_FORMAT)].decode("latin-1"))
        raise MalformedError.of(Fault(_WHERE, _FORMAT.decode().strip(), found))
    try:
        state = msgspec.msgpack.decode(memoryview(data)[len(_FORMAT) :], type=LedgerState)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError.of(Fault(_WHERE, "what was stored", str(error)[:200])) from error
    faults = []
    if state.identity != definition.identity:
        faults.append(Fault(f"{_WHERE}: election", definition.identity, state.identity[:64]))
    if len(state.stations.chains) != len(definition.contests):
        expected = f"{len(definition.contests)} contests"
        faults.append(Fault(f"{_WHERE}: chains", expected, str(len(state.stations.chains))))
    faults += _find_dangling(state)
    if encode_state(state) != data:
        faults.append(Fault(_WHERE, "the one spelling of this state", "another one"))
    if faults:
        raise MalformedError.of(*faults)
    return state


def _find_dangling(state: LedgerState) -> Iterator[Fault]:
    """Find what points at something that is not there."""
    stations = state.stations
    for chains in stations.chains:
        for station, chain in chains.items():
            positions = [chain.approved]
            positions += [item.standing.replaced_by for item in chain.sheets if item.standing]
            is_whole = chain.seal is None or chain.seal in stations.seals
            if not is_whole or any(
                at is not None and not 0 <= at < len(chain.sheets) for at in positions
            ):
                where = f"{_WHERE}: station {station[:64]!a}"
                yield Fault(where, "a seal and sheets that are there", "others")
