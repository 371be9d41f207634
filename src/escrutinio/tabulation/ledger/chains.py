"""The chain of one station in one contest: opening, seal, sheet, later versions.

The first sheet of version 1 is *effective*: it is the one that can count. Any other takes its
place only by a decision. What a sheet names of its own chain is looked at once, at its place in
the log, because a link can only lead to something that was logged before.
"""

from __future__ import annotations

import msgspec

from escrutinio.definition import Role, Signer
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.model import Closure, DecisionReason, Entry, LoggedSheet
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, Figure, FormFigure
from escrutinio.sheet.transcribed import TranscribedSheet

__all__ = [
    "IMPROPER_OPENING",
    "LATER_SEAL",
    "NO_OPENING",
    "NO_SEAL",
    "OTHER_ADMITTED",
    "ClosureTaken",
    "OpenHold",
    "PlacedOpening",
    "PlacedSeal",
    "PlacedSheet",
    "Standing",
    "StationChain",
    "StationRecords",
    "admitted_of",
    "pack_sheet",
]

# What can be wrong with the links of a sheet, as bits of ``PlacedSheet.broken``.
NO_SEAL = 1
"""It names no seal of its station and contest that was logged before it."""
NO_OPENING = 2
"""Its seal names no opening of the station that was logged before."""
IMPROPER_OPENING = 4
"""An opening logged before it shows counters above zero, or unreadable ones."""
OTHER_ADMITTED = 8
"""It states another number of admitted voters than the sealed one."""
LATER_SEAL = 16
"""The seal it names is not the first of its station and contest."""

#: What a correction takes over from the sheet it corrects.
_INHERITED = NO_SEAL | NO_OPENING | LATER_SEAL
_ADMITTED = list(FormFigure).index(FormFigure.ADMITTED)


class PlacedOpening(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An opening that was logged: its place, its station and the sum of its counters."""

    index: int
    station: str
    counters: Figure


class PlacedSeal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seal that was logged.

    Attributes:
        index: its place.
        station: id of the station.
        contest: position of the contest.
        admitted: voters admitted; None where illegible.
        names_opening: whether it names an opening of its station that was logged before it.
    """

    index: int
    station: str
    contest: int
    admitted: Figure
    names_opening: bool


class OpenHold(msgspec.Struct, frozen=True, array_like=True):
    """What keeps a sheet out until a release: codes of checks, or a decision and its reason."""

    index: int
    codes: tuple[str, ...]
    reason: DecisionReason | None


class Standing(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What others said of one sheet; most sheets have none.

    Attributes:
        confirmed_by: ids of the signers that confirmed it, in order.
        holds: not lifted by a release.
        codes: every check code that a hold entry names, lifted or not.
        released: reason of the last release, or None.
        annulled: reason of the annulment, or None.
        approved: reason of its approval in place of another sheet, or None.
        replaced_by: which sheet of its chain corrects it in a transcription record, or None.
        scan: SHA-256 of the scan that the first confirmation with one names, or None.
    """

    confirmed_by: list[str] = []
    holds: list[OpenHold] = []
    codes: list[str] = []
    released: DecisionReason | None = None
    annulled: DecisionReason | None = None
    approved: DecisionReason | None = None
    replaced_by: int | None = None
    scan: bytes | None = None


#: What is kept of a million sheets is their bytes, a seventh of what their figures take as objects.
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[LoggedSheet | TranscribedSheet] = msgspec.msgpack.Decoder(
    LoggedSheet | TranscribedSheet
)


class PlacedSheet(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """A sheet that was logged; made by ``of``.

    Attributes:
        index: its place.
        digest: of its entry.
        signer: id of its signer.
        role: of its signer.
        station: id of its station.
        version: of it.
        packed: what it says, as MessagePack; see ``sheet``.
        broken: bits of what is wrong with its links.
        sealed: voters admitted by the first seal before it; None where illegible,
            ``NOT_ON_FORM`` where there is no seal.
        standing: what others said of it, if anybody did.
    """

    index: int
    digest: bytes
    signer: str
    role: Role
    station: str
    version: int
    packed: bytes
    broken: int = 0
    sealed: Figure = NOT_ON_FORM
    standing: Standing | None = None

    @classmethod
    def of(
        cls,
        entry: Entry,
        signer: Signer,
        sheet: LoggedSheet | TranscribedSheet,
        station: str,
        broken: int = 0,
    ) -> PlacedSheet:
        """Take a sheet from its entry; ``station`` is its station's id as others have it."""
        who, packed = (signer.signer, signer.role), pack_sheet(sheet)
        return cls(entry.index, entry.digest, *who, station, sheet.version, packed, broken)

    @property
    def sheet(self) -> LoggedSheet | TranscribedSheet:
        """What it says; unpacked each time it is asked for.

        Raises:
            MalformedError: it was stored otherwise than by this program.
        """
        try:
            return _DECODER.decode(self.packed)
        except msgspec.MsgspecError as error:
            fault = Fault(f"stored ledger: entry {self.index}", "a sheet", str(error)[:200])
            raise MalformedError.of(fault) from error

    def stand(self) -> Standing:
        """Give what others said of it, to add to it."""
        if self.standing is None:
            self.standing = Standing()
        return self.standing


def pack_sheet(sheet: LoggedSheet | TranscribedSheet) -> bytes:
    """Give what a sheet says as ``PlacedSheet.packed``."""
    return _ENCODER.encode(sheet)


class ClosureTaken(msgspec.Struct, frozen=True, array_like=True):
    """Why a station will have no sheet, and the reason of the decision."""

    closure: Closure
    reason: DecisionReason


class StationChain(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """What the log holds of one station in one contest.

    Attributes:
        sheets: in order of their places.
        seal: digest of the first seal, or None.
        approved: which of the sheets a decision put in the place of all others, or None.
        closure: the decision that closes the station, or None.
    """

    sheets: list[PlacedSheet] = []
    seal: bytes | None = None
    approved: int | None = None
    closure: ClosureTaken | None = None

    def effective_sheets(self) -> list[PlacedSheet]:
        """Give the sheets that stand for the station: one or none of a signed record.

        Of a transcription record all readings that nobody replaced, unless a decision chose one.
        """
        if self.approved is not None:
            return [self._last_correction(self.sheets[self.approved])]
        if not self.sheets:
            return []
        first = self.sheets[0]
        if len(self.sheets) == 1 and first.version == 1:
            return [first]
        if isinstance(first.sheet, LoggedSheet):
            return [sheet for sheet in self.sheets if sheet.version == 1][:1]
        return [item for item in self.sheets if self._correction_of(item) is None]

    def _correction_of(self, sheet: PlacedSheet) -> PlacedSheet | None:
        at = None if sheet.standing is None else sheet.standing.replaced_by
        return None if at is None else self.sheets[at]

    def _last_correction(self, sheet: PlacedSheet) -> PlacedSheet:
        """Follow a reading through the corrections of its source."""
        while (correction := self._correction_of(sheet)) is not None:
            sheet = correction
        return sheet


class StationRecords(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What the log holds of the stations.

    Attributes:
        openings: by the digest of the entry.
        improper: by station the counters of the first opening that shows more than zero or is
            unreadable.
        seals: by the digest of the entry.
        chains: by station, one mapping per contest.
    """

    openings: dict[bytes, PlacedOpening]
    improper: dict[str, Figure]
    seals: dict[bytes, PlacedSeal]
    chains: list[dict[str, StationChain]]

    def chain_of(self, station: str, contest: int) -> StationChain:
        """Give what there is of a station in a contest, to add to it."""
        chains = self.chains[contest]
        chain = chains.get(station)
        if chain is None:
            chain = chains[station] = StationChain()
        return chain

    def add_opening(self, digest: bytes, opening: PlacedOpening) -> None:
        """Add an opening; the same one again says nothing new."""
        if digest not in self.openings:
            self.openings[digest] = opening
            if opening.counters != 0:
                self.improper.setdefault(opening.station, opening.counters)

    def add_seal(self, digest: bytes, seal: PlacedSeal) -> None:
        """Add a seal; the same one again says nothing new."""
        if digest not in self.seals:
            self.seals[digest] = seal
            chain = self.chain_of(seal.station, seal.contest)
            if chain.seal is None:
                chain.seal = digest

    def first_seal(self, chain: StationChain) -> PlacedSeal | None:
        """Give the first seal of a station in a contest."""
        return None if chain.seal is None else self.seals[chain.seal]

    def find_broken_links(
        self, sheet: LoggedSheet, chain: StationChain, corrected: PlacedSheet | None
    ) -> int:
        """Look at what a signed sheet names of its own chain.

        Args:
            sheet: that is logged now.
            chain: what was logged of its station and contest before it.
            corrected: the sheet of the same station and contest that it names, when it is a
                later version and there is one.

        Returns:
            The bits of what is wrong.
        """
        broken = 0
        if sheet.version > 1:
            broken = NO_SEAL if corrected is None else corrected.broken & _INHERITED
        else:
            named = self.seals.get(sheet.follows)
            if named is None or named.station != sheet.station or named.contest != sheet.contest:
                broken = NO_SEAL
            else:
                if not named.names_opening:
                    broken = NO_OPENING
                if sheet.follows != chain.seal:
                    broken |= LATER_SEAL
        if sheet.station in self.improper:
            broken |= IMPROPER_OPENING
        first = self.first_seal(chain)
        if first is not None:
            stated, sealed = admitted_of(sheet), first.admitted
            is_stated = stated is not None and stated != NOT_ON_FORM
            if is_stated and sealed is not None and stated != sealed:
                broken |= OTHER_ADMITTED
        return broken


def admitted_of(sheet: LoggedSheet) -> Figure:
    """Give the voters admitted as a sheet states them; ``NOT_ON_FORM`` where the form has none."""
    return sheet.figures[_ADMITTED]
