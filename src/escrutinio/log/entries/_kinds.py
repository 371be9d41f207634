"""How the kinds of entries that are about the record itself are written as payloads.

Format pages: docs/formats/entries.md, decisions.md, bulletin.md, proclamation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from escrutinio.errors import Fault
from escrutinio.log.entries.model import (
    Approval,
    AuditRecord,
    AuditRecordKind,
    Bulletin,
    Closure,
    Confirmation,
    Decision,
    DecisionKind,
    DecisionReason,
    Genesis,
    Hold,
    NationalFigures,
    Proclamation,
)
from escrutinio.primitives.cbor import CborValue
from escrutinio.sheet.payload import Fields, ItemRule, PayloadKey, PayloadKind
from escrutinio.sheet.payload_keys import (
    class_key,
    contest_key,
    digest_key,
    id_key,
    is_array,
    is_whole,
    optional,
    texts_key,
    time_key,
    whole_key,
)

__all__ = [
    "APPROVAL_KIND",
    "AUDIT_RECORD_KIND",
    "BULLETIN_KIND",
    "CONFIRMATION_KIND",
    "DECISION_KIND",
    "GENESIS_KIND",
    "HOLD_KIND",
    "PROCLAMATION_KIND",
]

#: Largest number in a bulletin: what every reader holds exactly, JavaScript's included.
MAX_TOTAL = 2**53 - 1
#: Largest file that an entry names.
MAX_FILE_BYTES = 2**32 - 1
#: Highest number of a bulletin.
MAX_BULLETINS = 999_999
#: Most check codes in one hold.
MAX_HOLD_CODES = 64

_CHECK = re.compile(r"[A-Z]{3,8}-[0-9]{3}")

GENESIS_KIND = PayloadKind(
    Genesis, (digest_key(3, "identity"), whole_key(4, "size", 1, MAX_FILE_BYTES))
)
CONFIRMATION_KIND = PayloadKind(
    Confirmation, (digest_key(3, "sheet"), digest_key(4, "scan", is_nullable=True))
)
HOLD_KIND = PayloadKind(
    Hold,
    (
        digest_key(3, "sheet"),
        texts_key(4, "codes", MAX_HOLD_CODES, "such as SHEET-001", _CHECK.fullmatch, least=1),
    ),
)
APPROVAL_KIND = PayloadKind(Approval, (digest_key(3, "proposal"),))
AUDIT_RECORD_KIND = PayloadKind(
    AuditRecord,
    (
        class_key(3, "kind", AuditRecordKind),
        digest_key(4, "file"),
        whole_key(5, "size", 1, MAX_FILE_BYTES),
    ),
)
PROCLAMATION_KIND = PayloadKind(
    Proclamation,
    (digest_key(3, "bulletin"), whole_key(4, "number", 1, MAX_BULLETINS), time_key(5, "time")),
)


_KIND, _SHEET, _CLOSURE = 3, 6, 8


def _find_decision_faults(fields: Fields, where: str) -> Iterator[Fault]:
    kind = fields.get(_KIND)
    if type(kind) is not int:
        return
    is_closure = kind == DecisionKind.CLOSE
    if _SHEET in fields and is_closure != (fields[_SHEET] is None):
        found = f"{'null' if fields[_SHEET] is None else 'a digest'} in a decision of kind {kind}"
        yield Fault(f"{where}: {_SHEET}, sheet", "null in a closure, and there only", found)
    if is_closure != (_CLOSURE in fields):
        found = f"{'one' if _CLOSURE in fields else 'none'} in a decision of kind {kind}"
        yield Fault(f"{where}: {_CLOSURE}, closure", "one in a closure, and there only", found)


DECISION_KIND = PayloadKind(
    Decision,
    (
        class_key(3, "kind", DecisionKind),
        id_key(4, "station"),
        contest_key(5),
        digest_key(6, "sheet", is_nullable=True),
        class_key(7, "reason", DecisionReason),
        optional(class_key(8, "closure", Closure)),
    ),
    find_faults=_find_decision_faults,
)


def _is_total(value: object) -> bool:
    return is_whole(value, 0, MAX_TOTAL)


def _is_total_or_null(value: object) -> bool:
    return value is None or is_whole(value, 0, MAX_TOTAL)


#: Of the figures of one contest before the votes: expected, counted, held, missing, closed,
#: valid, cast.
_FIGURE_RULES = (
    _is_total_or_null,
    _is_total,
    _is_total,
    _is_total_or_null,
    _is_total,
    _is_total,
    _is_total_or_null,
)
_EXPECTED, _MISSING = 0, 3


def _are_national_figures(_at: object, value: CborValue) -> bool:
    if not isinstance(value, list | tuple) or len(value) != len(_FIGURE_RULES) + 1:
        return False
    *figures, votes = value
    return (
        all(fits(figure) for fits, figure in zip(_FIGURE_RULES, figures, strict=True))
        and (figures[_EXPECTED] is None) == (figures[_MISSING] is None)
        and isinstance(votes, list | tuple)
        and len(votes) > 0
        and all(_is_total(item) for item in votes)
    )


_NATIONAL = ItemRule(
    f"seven totals from 0 to {MAX_TOTAL}, of them expected and missing null together and cast "
    "perhaps, and an array of votes",
    _are_national_figures,
)


def _read_figures(value: CborValue) -> tuple[NationalFigures, ...]:
    return msgspec.convert(value, tuple[NationalFigures, ...])


def _write_figures(value: object) -> CborValue:
    plain: CborValue = msgspec.to_builtins(value)
    return plain


_NUMBER, _PREVIOUS = 3, 7


def _find_bulletin_faults(fields: Fields, where: str) -> Iterator[Fault]:
    number = fields.get(_NUMBER)
    if not is_whole(number, 1, MAX_BULLETINS) or _PREVIOUS not in fields:
        return
    if (number == 1) != (fields[_PREVIOUS] is None):
        found = f"{'null' if fields[_PREVIOUS] is None else 'a digest'} in number {number!r}"
        expected = "null in the first bulletin, and there only"
        yield Fault(f"{where}: {_PREVIOUS}, previous", expected, found)


BULLETIN_KIND = PayloadKind(
    Bulletin,
    (
        whole_key(3, "number", 1, MAX_BULLETINS),
        time_key(4, "time"),
        whole_key(5, "size", 1, MAX_TOTAL),
        digest_key(6, "root"),
        digest_key(7, "previous", is_nullable=True),
        digest_key(8, "body"),
        whole_key(9, "size of the body", 1, MAX_FILE_BYTES),
        PayloadKey(
            10,
            "national figures",
            "an array with one item per contest",
            lambda value: is_array(value, 1) and _NATIONAL.all_fit(value),
            _read_figures,
            _write_figures,
            items=_NATIONAL,
        ),
    ),
    find_faults=_find_bulletin_faults,
)
