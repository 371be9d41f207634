"""Verify one signed sheet under a definition: who signed it, and what its own figures show.

This is what anybody can do with a photo and the definition, without a network. Whether the sheet
is in the log, is the first of its station, or whether its key was replaced later, only the log
tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escrutinio.definition import Definition, Role, SheetType, Signer, StationKind
from escrutinio.errors import Fault, VerificationError
from escrutinio.primitives.keys import PublicKey
from escrutinio.sheet import Roster, check_sheets
from escrutinio.sheet.labelled import LabelledSheet, label_sheet
from escrutinio.sheet.signed import SignedSheet, decode_signed_sheet, find_sheet_signer
from escrutinio.sheet.signed_table import signed_sheets_table
from escrutinio.tabulation.ledger.enrolment import Enrolment

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "OpenedSheet",
    "check_one_sheet",
    "find_enrolled_signer",
    "find_given_signer",
    "open_sheet",
]

_SIGNS_SHEETS = frozenset({Role.DEVICE, Role.CENTRE, Role.BOARD})


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A sheet of this election whose signature nobody has looked at.

    Attributes:
        entry: its bytes.
        signed: what they say.
        labelled: with the names of the definition.
    """

    entry: bytes
    signed: SignedSheet
    labelled: LabelledSheet


def open_sheet(entry: bytes, definition: Definition, where: str) -> OpenedSheet:
    """Decode a signed sheet and name what stands on it, without checking its signature.

    Raises:
        MalformedError: not a signed sheet.
        UnverifiableError: of a later version of the format.
        RefusedError: not a sheet of this election.
    """
    signed = decode_signed_sheet(entry, where)
    return OpenedSheet(entry, signed, label_sheet(signed.sheet, definition, where))


def find_given_signer(opened: OpenedSheet, keys: Sequence[PublicKey], where: str) -> PublicKey:
    """Give the key, of those that a person named, that signed a sheet.

    Raises:
        UnverifiableError: none of them has the kid of the sheet.
        VerificationError: those that have did not sign it.
    """
    return find_sheet_signer(opened.signed, keys, where)


def find_enrolled_signer(opened: OpenedSheet, where: str) -> Signer:
    """Give the signer that the definition enrols for the sheet's station and that signed it.

    Raises:
        UnverifiableError: no enrolled key has the kid of the sheet; an amendment in the log may
            have enrolled one.
        VerificationError: the key did not sign it, or may not sign for this station.
    """
    enrolment = Enrolment(opened.labelled.definition)
    keys = enrolment.keys_by_id().get(opened.signed.message.kid, ())
    key = find_sheet_signer(opened.signed, [PublicKey(raw) for raw in keys], where)
    signer = enrolment.by_key[key.raw]
    station = opened.labelled.sheet.station
    if signer.role not in _SIGNS_SHEETS or not enrolment.covers(signer, station):
        expected = f"a signer enrolled for the sheets of station {station}"
        found = f"{signer.signer}, enrolled as {signer.role.value} for {signer.scope}"
        raise VerificationError.of(Fault(where, expected, found))
    return signer


def check_one_sheet(opened: OpenedSheet) -> pl.DataFrame:
    """Run every check that a single sheet can decide; see ``sheet/findings.py`` for the columns.

    A sheet of a station with a device was printed by a machine; all others were filled in by hand.
    """
    labelled = opened.labelled
    station = labelled.station
    is_machine = station is None or station.kind is StationKind.DEVICE
    table = signed_sheets_table(
        [labelled.sheet],
        labelled.definition,
        labelled.contest,
        source="sheet",
        sheet_type=SheetType.MACHINE if is_machine else SheetType.HANDWRITTEN,
    )
    return check_sheets(
        table, labelled.definition, Roster.of(labelled.definition, labelled.contest)
    )
