"""What ``escrutinio simulate`` writes: the record, and what a reader holds from elsewhere.

record/          the public record, honest or attacked
anchor.toml      the trust anchor
held/            what a reader kept from the evening, see ``held.py``
attack.toml      what was done and who must notice; only with an attack
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from escrutinio.log import load_checkpoint
from escrutinio.operations import RecordStore, Workspace, make_anchor
from escrutinio.operations.site_source import PageMaker
from escrutinio.publication import encode_anchor
from escrutinio.publication.layout import BODY_NAME
from escrutinio.testing.attacks.model import OPTIONS, Attack
from escrutinio.testing.election import SimulatedElection
from escrutinio.testing.held import HELD_AT, HELD_FOLDER, keep_papers
from escrutinio.testing.memory import FilesInMemory, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day

__all__ = ["ANCHOR_NAME", "ATTACK_NAME", "RECORD_FOLDER", "Simulated", "simulate", "verify_command"]

RECORD_FOLDER = "record"
ANCHOR_NAME = "anchor.toml"
ATTACK_NAME = "attack.toml"


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation.

    Attributes:
        entries: number of entries in the log of its record.
        bulletins: number of its bulletins.
        place: what verification must name; None of an honest record.
        files: every other file by its path: anchor, what a reader kept, what was done.
    """

    entries: int
    bulletins: int
    place: str | None
    files: Mapping[str, bytes] = field(repr=False)


def simulate(
    election: SimulatedElection,
    record: RecordStore,
    workspace: Workspace,
    attack: Attack | None = None,
    pages: PageMaker | None = None,
) -> Simulated:
    """Hold an election and publish it.

    Args:
        election: whose day is simulated.
        record: where its record is written; empty.
        workspace: the publisher's working folder; empty.
        attack: what is done to the record; None for an honest one.
        pages: makes the pages of the site; None leaves them out.

    Raises:
        AdapterError: the outside world failed; what was written is half of a record.
    """
    has_early_pages = attack is not None
    rehearsal = Rehearsal(make_day(election), workspace, record, pages, has_early_pages)
    place = None
    if attack is None:
        rehearsal.run_to(HELD_AT)
        held = keep_papers(rehearsal)
        rehearsal.run()
    else:
        held = _keep_honestly(election) if attack.held else {}
        place = attack.run(rehearsal)
        held = {**held, **rehearsal.kept}
    files = {
        ANCHOR_NAME: encode_anchor(make_anchor(election.definition)),
        **{f"{HELD_FOLDER}/{name}": data for name, data in held.items()},
    }
    if attack is not None and place is not None:
        files[ATTACK_NAME] = describe_attack(attack, place)
    # An attack may put another record in the place of the rehearsed one.
    signed = load_checkpoint(record)
    entries = 0 if signed is None else signed.checkpoint.size
    bodies = [path for path in record.list_paths() or () if path.endswith(f"/{BODY_NAME}")]
    return Simulated(entries, len(bodies), place, files)


def _keep_honestly(election: SimulatedElection) -> Mapping[str, bytes]:
    """Give what a reader kept before the attack, or saw of the truth."""
    honest = Rehearsal(make_day(election), workspace_in_memory(), FilesInMemory())
    honest.run_to(HELD_AT)
    return keep_papers(honest)


def describe_attack(attack: Attack, place: str) -> bytes:
    """Write down what was done, and what must notice it."""
    values = {
        "attack": attack.name,
        "en": attack.en,
        "es": attack.es,
        "step": attack.step,
        "status": "not_checked" if attack.is_unchecked else "failed",
        "place": place,
        "command": verify_command("", attack),
    }
    return "".join(f'{key} = "{value}"\n' for key, value in values.items()).encode()


def verify_command(out: str, attack: Attack | None) -> str:
    """Give the command with which a reader verifies a simulated record.

    Args:
        out: folder of the simulation; empty for the folder the reader is in.
        attack: what was done to it.
    """
    inside = f"{out}/" if out else ""
    names = () if attack is None else attack.held
    held = "".join(f" {OPTIONS[name]} {inside}{HELD_FOLDER}/{name}" for name in names)
    return f"escrutinio verify {inside}{RECORD_FOLDER} --anchor {inside}{ANCHOR_NAME}{held}"
