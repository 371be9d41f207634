"""What an entry says, as bytes: the registry of every kind, and nothing else about any.

Format pages: docs/formats/entries.md and those it names. Vectors: tests/vectors/entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries._amendments import AMENDMENT_KIND
from escrutinio.log.entries._kinds import (
    APPROVAL_KIND,
    AUDIT_RECORD_KIND,
    BULLETIN_KIND,
    CONFIRMATION_KIND,
    DECISION_KIND,
    GENESIS_KIND,
    HOLD_KIND,
    PROCLAMATION_KIND,
)
from escrutinio.log.entries._sheets import decode_logged_sheet, tally_sheet
from escrutinio.log.entries._stations import read_opening, read_seal
from escrutinio.log.entries.content_types import ContentType, is_critical, is_unknown
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    AuditRecord,
    Bulletin,
    Confirmation,
    Content,
    Decision,
    Genesis,
    Hold,
    LoggedSheet,
    Proclamation,
    UnknownContent,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.polling.coding import (
    CLOSING_AUDIT_KIND,
    CUSTODY_KIND,
    INCIDENT_KIND,
    OPENING_KIND,
    SEAL_KIND,
)
from escrutinio.sheet.payload import Fields, decode_fields, election_in
from escrutinio.sheet.signed import encode_sheet
from escrutinio.sheet.transcribed import TRANSCRIBED_KIND, TranscribedSheet

__all__ = ["decode_content", "encode_content"]


class _Kind(Protocol):
    def encode(self, content: Any, election: bytes) -> bytes: ...  # noqa: ANN401  # of the kind's own type

    def decode(self, fields: Fields, where: str) -> Any: ...  # noqa: ANN401  # as above


_KINDS: Mapping[int, _Kind] = {
    ContentType.GENESIS: GENESIS_KIND,
    ContentType.OPENING: OPENING_KIND,
    ContentType.SEAL: SEAL_KIND,
    ContentType.TRANSCRIBED_SHEET: TRANSCRIBED_KIND,
    ContentType.CONFIRMATION: CONFIRMATION_KIND,
    ContentType.HOLD: HOLD_KIND,
    ContentType.DECISION: DECISION_KIND,
    ContentType.AMENDMENT: AMENDMENT_KIND,
    ContentType.APPROVAL: APPROVAL_KIND,
    ContentType.BULLETIN: BULLETIN_KIND,
    ContentType.CLOSING_AUDIT: CLOSING_AUDIT_KIND,
    ContentType.CUSTODY: CUSTODY_KIND,
    ContentType.INCIDENT: INCIDENT_KIND,
    ContentType.AUDIT_RECORD: AUDIT_RECORD_KIND,
    ContentType.PROCLAMATION: PROCLAMATION_KIND,
}
#: Give None for a payload that the kind must read.
_SHORTCUTS: Mapping[int, Callable[[bytes], tuple[bytes, Content] | None]] = {
    ContentType.OPENING: read_opening,
    ContentType.SEAL: read_seal,
}
_TYPES: Mapping[type, ContentType] = {
    Genesis: ContentType.GENESIS,
    StationOpening: ContentType.OPENING,
    AdmittedSeal: ContentType.SEAL,
    TranscribedSheet: ContentType.TRANSCRIBED_SHEET,
    Confirmation: ContentType.CONFIRMATION,
    Hold: ContentType.HOLD,
    Decision: ContentType.DECISION,
    Amendment: ContentType.AMENDMENT,
    Approval: ContentType.APPROVAL,
    Bulletin: ContentType.BULLETIN,
    ClosingAudit: ContentType.CLOSING_AUDIT,
    Custody: ContentType.CUSTODY,
    Incident: ContentType.INCIDENT,
    AuditRecord: ContentType.AUDIT_RECORD,
    Proclamation: ContentType.PROCLAMATION,
}


def encode_content(content: Content, election: bytes) -> tuple[int, bytes]:
    """Encode what an entry says.

    Args:
        content: of any kind but one that this version does not know: its keys are not kept.
        election: first 16 bytes of the definition's identity.

    Returns:
        The content type and the payload; there is one payload of each content.

    Raises:
        MalformedError: a value is outside the format; the error carries every fault.
    """
    if isinstance(content, LoggedSheet):
        return int(ContentType.SHEET), encode_sheet(tally_sheet(content, election))
    content_type = _TYPES.get(type(content))
    if content_type is None:
        found = type(content).__name__
        raise MalformedError.of(Fault("content", "a kind that this version knows", found))
    return int(content_type), _KINDS[content_type].encode(content, election)


def decode_content(content_type: int, payload: bytes, where: str) -> tuple[bytes, Content]:
    """Decode what an entry says.

    Args:
        content_type: as the message names it.
        payload: the bytes that were signed.
        where: what they are and where they stand, for the error.

    Returns:
        The election, 16 bytes, and the content.

    Raises:
        MalformedError: not the one encoding of this kind; the error carries every fault.
        UnverifiableError: of a later version of the format.
    """
    if content_type == ContentType.SHEET:
        return decode_logged_sheet(payload, where)
    read = _SHORTCUTS.get(content_type)
    if read is not None and (known := read(payload)) is not None:
        return known
    kind = _KINDS.get(content_type)
    if kind is None and not is_unknown(content_type):
        expected = "the content type of an entry"
        raise MalformedError.of(Fault(f"{where}: content type", expected, str(content_type)))
    fields = decode_fields(payload, where)
    if kind is None:
        return election_in(fields, where), UnknownContent(content_type, is_critical(content_type))
    content: Content = kind.decode(fields, where)
    return election_in(fields, where), content
