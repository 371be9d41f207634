"""Bulletins that do not follow from the log, with everything around them in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from escrutinio.log import LogFile
from escrutinio.primitives import encode_canonical
from escrutinio.publication import (
    MAX_ROWS_BYTES,
    ComposedBulletin,
    compose_bulletin,
    decode_rows,
    export_files,
    pack_exports,
    take_cut,
)
from escrutinio.publication.layout import body_path, export_path, rows_path, zip_path
from escrutinio.tabulation.ledger import find_findings, pending_holds, record_rows
from escrutinio.testing.attacks.listing import store_listed
from escrutinio.testing.attacks.model import Attack
from escrutinio.testing.rehearsal import Rehearsal

__all__ = ["ATTACKS"]

#: The bulletin that is forged: most of the count is outstanding.
_FORGED = 2

#: Alters a body, as JSON, in place.
_Alter: TypeAlias = Callable[[dict[str, Any]], None]


def _miscount_stations(rehearsal: Rehearsal) -> str:
    """State one counted station more than the parts of the country have."""

    def alter(body: dict[str, Any]) -> None:
        country = body["contests"][0]["divisions"][0]
        country["counted"] += 1
        country["missing"] -= 1

    return _run_with_forged(rehearsal, alter)


def _claim_settled(rehearsal: Rehearsal) -> str:
    """Call an outcome settled that the outstanding stations can still turn."""

    def alter(body: dict[str, Any]) -> None:
        contest = body["contests"][0]
        contest["outcomes"][0] |= {"status": "settled", "result": contest["counted"]}

    return _run_with_forged(rehearsal, alter)


def _state_other_figures(rehearsal: Rehearsal) -> str:
    """Sign a bulletin whose entry has other national figures than its body."""
    rehearsal.run_to(_FORGED - 1)
    time_s = rehearsal.log_next()
    composed = _compose(rehearsal, time_s)
    figures = composed.entry.figures[0]
    votes = [vote + 1_000 for vote in figures.votes]
    figures = msgspec.structs.replace(figures, votes=tuple(votes))
    entry = msgspec.structs.replace(composed.entry, figures=(figures,))
    place = _log_bulletin(rehearsal, ComposedBulletin(composed.body, composed.rows_csv, entry))
    rehearsal.publish(time_s, has_bulletin=False)
    rehearsal.run()
    return f"entry {place}"


def _break_chain(rehearsal: Rehearsal) -> str:
    """Publish a bulletin that names another one as the bulletin before."""
    rehearsal.run_to(_FORGED - 1)
    time_s = rehearsal.log_next()
    other = hashlib.sha256(b"a bulletin that was never published").digest()
    place = _log_bulletin(rehearsal, _compose(rehearsal, time_s, previous=other))
    rehearsal.publish(time_s, has_bulletin=False)
    rehearsal.run()
    return f"entry {place}"


def _skip_bulletin(rehearsal: Rehearsal) -> str:
    """Publish no bulletin when one is due."""
    rehearsal.run_to(_FORGED)
    rehearsal.log_next()
    place = rehearsal.log.ledger.size
    rehearsal.run()
    late = next(item for item in rehearsal.log.ledger.bulletins if item.index >= place)
    return f"entry {late.index}"


def _run_with_forged(rehearsal: Rehearsal, alter: _Alter) -> str:
    """Publish a bulletin with an altered body; everything else is made for that body."""
    rehearsal.run_to(_FORGED - 1)
    time_s = rehearsal.log_next()
    composed = _compose(rehearsal, time_s)
    document = msgspec.json.decode(composed.body)
    alter(document)
    body = encode_canonical(document)
    entry = msgspec.structs.replace(
        composed.entry, body=hashlib.sha256(body).digest(), body_bytes=len(body)
    )
    _log_bulletin(rehearsal, ComposedBulletin(body, composed.rows_csv, entry))
    rehearsal.publish(time_s, has_bulletin=False)
    rehearsal.run()
    return body_path(_FORGED)


def _compose(rehearsal: Rehearsal, time_s: int, previous: bytes | None = None) -> ComposedBulletin:
    """Log the holds that are due, and compose the next bulletin as an honest publisher does."""
    election = rehearsal.log
    ledger = election.ledger
    rows = record_rows(ledger, ledger.genesis.contests[0])
    for hold in pending_holds(ledger, rows, find_findings(ledger, rows)):
        event = rehearsal.day.sign(time_s, hold, "operator")
        rehearsal.plant(event.data, hold, "operator")
    last = ledger.bulletins[-1]
    path = rows_path(last.bulletin.number)
    return compose_bulletin(
        take_cut(ledger),
        last.bulletin.number + 1,
        time_s,
        election.writer.signed.checkpoint.root,
        previous=previous or last.digest,
        previous_rows=decode_rows(rehearsal.record.load(path, MAX_ROWS_BYTES) or b"", path),
    )


def _log_bulletin(rehearsal: Rehearsal, composed: ComposedBulletin) -> int:
    """Log a bulletin, and put its files into the record as if they had been published."""
    number = composed.entry.number
    ledger = rehearsal.log.ledger
    cut = take_cut(ledger)
    findings = [find_findings(ledger, item.records) for item in cut.contests]
    exports = export_files(cut, composed, findings)
    contents = {
        body_path(number): composed.body,
        rows_path(number): composed.rows_csv,
        zip_path(number): pack_exports(composed, exports),
        **{export_path(number, item.name): item.data for item in exports},
    }
    store_listed(rehearsal.record, contents, rehearsal.log.writer.signer)
    # The publisher keeps both for the next bulletin.
    kept = (body_path(number), rows_path(number))
    rehearsal.log.workspace.files.store([LogFile(path, contents[path]) for path in kept])
    event = rehearsal.day.sign(composed.entry.time_s, composed.entry, "operator")
    return rehearsal.plant(event.data, composed.entry, "operator")


#: The attacks of this module.
ATTACKS = (
    Attack(
        name="counters-altered",
        step="V14",
        also=(
            "V15",
            "V18",
        ),
        run=_miscount_stations,
        en="A bulletin counts a station that none of its divisions has",
        es="Un boletín cuenta una mesa que ninguna de sus divisiones tiene",
    ),
    Attack(
        name="settled-falsely",
        step="V17",
        also=("V18",),
        run=_claim_settled,
        en="A bulletin calls an outcome settled that can still turn",
        es="Un boletín llama definido un resultado que aún puede cambiar",
    ),
    Attack(
        name="figures-altered",
        step="V15",
        run=_state_other_figures,
        en="The entry of a bulletin has other figures than its body",
        es="El asiento de un boletín tiene otras cifras que su cuerpo",
    ),
    Attack(
        name="bulletin-unchained",
        step="V16",
        also=("V18",),
        run=_break_chain,
        en="A bulletin names another one as the bulletin before",
        es="Un boletín nombra a otro como el boletín anterior",
    ),
    Attack(
        name="bulletin-missing",
        step="V16",
        run=_skip_bulletin,
        en="No bulletin is published when one is due",
        es="No se publica un boletín cuando toca",
    ),
)
