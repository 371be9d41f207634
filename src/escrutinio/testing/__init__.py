"""Invented elections, honest and attacked, from a seed."""

from escrutinio.testing.attacks import ATTACKS, Attack, find_attack
from escrutinio.testing.cases import Case
from escrutinio.testing.day import Day, Event
from escrutinio.testing.election import SimulatedElection, make_election
from escrutinio.testing.held import HELD_FOLDER
from escrutinio.testing.keys import SimulatedKeys
from escrutinio.testing.memory import FilesInMemory, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day
from escrutinio.testing.simulation import (
    ANCHOR_NAME,
    ATTACK_NAME,
    RECORD_FOLDER,
    Simulated,
    simulate,
    verify_command,
)

__all__ = [
    "ANCHOR_NAME",
    "ATTACKS",
    "ATTACK_NAME",
    "HELD_FOLDER",
    "RECORD_FOLDER",
    "Attack",
    "Case",
    "Day",
    "Event",
    "FilesInMemory",
    "Rehearsal",
    "Simulated",
    "SimulatedElection",
    "SimulatedKeys",
    "find_attack",
    "make_day",
    "make_election",
    "simulate",
    "verify_command",
    "workspace_in_memory",
]
