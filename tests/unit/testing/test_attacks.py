"""Every attack is caught by the step that the catalogue names, at the place that was attacked."""

from __future__ import annotations

import pytest

from escrutinio.errors import RefusedError, UsageError
from escrutinio.testing import ATTACKS, Attack, find_attack, make_election
from escrutinio.testing.attacks import files
from escrutinio.verification import Answer, StepCode, StepResult, StepStatus
from tests.unit.testing.reading import (
    SEED,
    STATIONS,
    finished,
    kept,
    new_rehearsal,
    read_record,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_caught_by_its_step_at_its_place(attack: Attack) -> None:
    """An attack that passes is a defect; one that is caught elsewhere is caught by accident."""
    # Whoever alters files finds the day published; the others take part in it.
    rehearsal = finished() if attack in files.ATTACKS else new_rehearsal()
    place = attack.run(rehearsal)
    papers = {**kept(), **rehearsal.kept} if attack.held else {}
    election = make_election(STATIONS, SEED)
    verified = read_record(rehearsal, election, attack.held, papers)
    steps = {step.code.value: step for step in verified.steps}
    failed = {code for code, step in steps.items() if step.status is StepStatus.FAILED}
    step = steps[attack.step]
    if attack.is_unchecked:
        assert step.status is StepStatus.NOT_CHECKED
        assert verified.answer is Answer.UNCHECKED
        assert not failed
    else:
        assert attack.step in failed
        assert verified.answer is Answer.CONTRADICTED
        assert failed <= {attack.step, *attack.also}
        assert _names(step, place)
    if attack.held:
        # By itself the record is as good as any: what the reader kept is what makes it known.
        assert read_record(rehearsal, election).answer is Answer.VERIFIED


def _names(step: StepResult, place: str) -> bool:
    return any(place in str(fault) for fault in step.places)


def test_names_of_attacks_are_unique() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)


def test_steps_of_attacks_exist() -> None:
    codes = {code.value for code in StepCode}
    assert {code for attack in ATTACKS for code in (attack.step, *attack.also)} <= codes


#: V10 says of a record that its versions form chains; a lie about one shows in V15 or V08.
NOT_ATTACKED = {"V10", "V13"}


def test_every_other_step_catches_an_attack() -> None:
    """A step that no attack needs would never have been tried."""
    assert {code.value for code in StepCode} - {item.step for item in ATTACKS} == NOT_ATTACKED


def test_unknown_attack_is_refused() -> None:
    with pytest.raises(UsageError, match="list-attacks"):
        find_attack("nonsense", STATIONS)


def test_attack_on_too_small_an_election_is_refused() -> None:
    """Its stations are too few for the cases that attacks are about."""
    with pytest.raises(RefusedError, match="at least 20 stations"):
        find_attack(ATTACKS[0].name, 19)
