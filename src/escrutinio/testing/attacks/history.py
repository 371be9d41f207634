"""Records that are in order by themselves, and not those that others have seen.

Only what a reader holds from elsewhere shows it: the trust anchor, an older checkpoint, a sheet,
a receipt, a press release. The attacker has the keys of the witnesses too, or has none.
"""

from __future__ import annotations

from escrutinio.definition import DEFINITION_NAME
from escrutinio.log import (
    CHECKPOINT_PATH,
    LogFile,
    encode_checkpoint,
    load_checkpoint,
    sign_checkpoint,
)
from escrutinio.polling import Incident, IncidentClass
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.testing.attacks.model import Attack
from escrutinio.testing.attacks.planting import with_stolen_votes
from escrutinio.testing.day import bulletin_time
from escrutinio.testing.election import ROOT, make_election
from escrutinio.testing.held import (
    ANNOUNCED_NAME,
    CHECKPOINT_NAME,
    HELD_AT,
    HELD_FOLDER,
    RECEIPT_NAME,
    SHEET_NAME,
    keep_papers,
)
from escrutinio.testing.keys import SimulatedKeys
from escrutinio.testing.memory import workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day

__all__ = ["ATTACKS"]

_HELD_CHECKPOINT = f"{HELD_FOLDER}/{CHECKPOINT_NAME}"


def _remove_entries(rehearsal: Rehearsal) -> str:
    """Make the log again, without what one station had sent."""
    _without_station(rehearsal)
    return _HELD_CHECKPOINT


def _withhold_sheet(rehearsal: Rehearsal) -> str:
    """Never log the sheet of a station whose copy a party agent has."""
    return _without_station(rehearsal)


def _without_station(rehearsal: Rehearsal) -> str:
    day = rehearsal.day
    station = day.plain_station()
    day.drop(day.seal(station))
    day.drop(day.sheet(station))
    rehearsal.run()
    return station


def _rewrite_history(rehearsal: Rehearsal) -> str:
    """Make the log again with another sheet of one station, under the station's own key."""
    day = rehearsal.day
    true = day.sheet(day.plain_station())
    day.replace(true, day.sign(true.time_s, with_stolen_votes(true), true.signer))
    rehearsal.run()
    return _HELD_CHECKPOINT


def _replace_receipted_sheet(rehearsal: Rehearsal) -> str:
    """Do the same to a reader who kept nothing but the receipt of that sheet."""
    _rewrite_history(rehearsal)
    return f"{HELD_FOLDER}/{RECEIPT_NAME}"


def _split_view(rehearsal: Rehearsal) -> str:
    """Show this reader a log that has one entry more than the one that everybody else sees."""
    before_s = bulletin_time(HELD_AT - 1)
    incident = Incident(ROOT, IncidentClass.OTHER, before_s, None)
    rehearsal.day.add(before_s, incident, "auditor-1")
    rehearsal.run()
    return _HELD_CHECKPOINT


def _show_old_record(rehearsal: Rehearsal) -> str:
    """Show the record as it was before the checkpoint that the reader has."""
    rehearsal.run_to(HELD_AT - 1)
    return _HELD_CHECKPOINT


def _announce_other_figures(rehearsal: Rehearsal) -> str:
    """Announce other figures than those of the bulletin that is named."""
    rehearsal.run_to(HELD_AT)
    figures = rehearsal.log.ledger.bulletins[-1].bulletin.figures[0]
    announced = keep_papers(rehearsal)[ANNOUNCED_NAME].decode()
    told = announced.replace(f"valid = {figures.valid}\n", f"valid = {figures.valid + 500_000}\n")
    rehearsal.kept[ANNOUNCED_NAME] = told.encode()
    rehearsal.run()
    return f"{HELD_FOLDER}/{ANNOUNCED_NAME}"


def _use_one_witness(rehearsal: Rehearsal) -> str:
    """Publish a checkpoint that one witness of three has cosigned."""
    rehearsal.run_to(rehearsal.day.bulletins)
    rehearsal.witnesses = rehearsal.witnesses[:1]
    rehearsal.proclaim()
    return CHECKPOINT_PATH


def _sign_with_other_key(rehearsal: Rehearsal) -> str:
    """Sign the checkpoint with another key under the name of the log."""
    rehearsal.run()
    name = rehearsal.log.writer.signer.name
    signed = load_checkpoint(rehearsal.record)
    if signed is None:
        raise LookupError(CHECKPOINT_PATH)
    other = NoteSigner(name, rehearsal.day.key("nobody"))
    forged = encode_checkpoint(sign_checkpoint(signed.checkpoint, other))
    rehearsal.record.store([LogFile(CHECKPOINT_PATH, forged)])
    return CHECKPOINT_PATH


def _imitate_record(rehearsal: Rehearsal) -> str:
    """Publish a whole record of an election that looks the same, under other keys."""
    election = rehearsal.day.election
    stations = election.definition.stations or ()
    keys = SimulatedKeys(f"{election.keys.seed}, imitated")
    imitated = make_election(len(stations), election.seed, keys)
    Rehearsal(
        make_day(imitated, rehearsal.day.bulletins),
        workspace_in_memory(),
        rehearsal.record,
        rehearsal.pages,
    ).run()
    return DEFINITION_NAME


#: The attacks of this module.
ATTACKS = (
    Attack(
        name="entries-removed",
        step="V06",
        held=(CHECKPOINT_NAME,),
        run=_remove_entries,
        en="The log is made again without what one station sent",
        es="El registro se rehace sin lo que envió una mesa",
    ),
    Attack(
        name="history-rewritten",
        step="V06",
        held=(CHECKPOINT_NAME,),
        run=_rewrite_history,
        en="The log is made again with another sheet under the station's own key",
        es="El registro se rehace con otra acta, con la clave de la propia mesa",
    ),
    Attack(
        name="view-split",
        step="V06",
        held=(CHECKPOINT_NAME,),
        run=_split_view,
        en="One reader is shown another log than everybody else",
        es="A un lector se le muestra otro registro que a los demás",
    ),
    Attack(
        name="record-stale",
        step="V06",
        held=(CHECKPOINT_NAME,),
        is_unchecked=True,
        run=_show_old_record,
        en="A reader is shown the record of an hour before",
        es="A un lector se le muestra el expediente de una hora antes",
    ),
    Attack(
        name="sheet-withheld",
        step="V21",
        held=(SHEET_NAME,),
        run=_withhold_sheet,
        en="A sheet never reaches the log; a party agent has its copy",
        es="Un acta nunca llega al registro; un testigo de partido tiene copia",
    ),
    Attack(
        name="receipt-broken",
        step="V21",
        held=(RECEIPT_NAME,),
        run=_replace_receipted_sheet,
        en="The log is made again; a reader has the receipt of the sheet that was there",
        es="El registro se rehace; un lector tiene el comprobante del acta que estaba",
    ),
    Attack(
        name="announcement-false",
        step="V20",
        held=(ANNOUNCED_NAME,),
        run=_announce_other_figures,
        en="Other figures are announced than those of the bulletin that is named",
        es="Se anuncian otras cifras que las del boletín que se nombra",
    ),
    Attack(
        name="witnesses-too-few",
        step="V04",
        is_unchecked=True,
        run=_use_one_witness,
        en="One of three witnesses has cosigned where two are needed",
        es="Solo uno de los tres cofirmantes firmó donde hacen falta dos",
    ),
    Attack(
        name="log-key-other",
        step="V03",
        run=_sign_with_other_key,
        en="The checkpoint is signed under another key with the name of the log",
        es="El punto de control está firmado con otra clave y el nombre del registro",
    ),
    Attack(
        name="look-alike",
        step="V01",
        also=(
            "V03",
            "V19",
        ),
        run=_imitate_record,
        en="A whole record looks the same and stands under other keys",
        es="Un expediente entero parece el mismo y tiene otras claves",
    ),
)
