"""The classes of NIST SP 1500-100 version 2 that an export uses, as far as it uses them.

Names and order of the attributes are those of the standard.

Reference: NIST SP 1500-100r2, Election Results Common Data Format, JSON schema.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

__all__ = [
    "BallotCounts",
    "Candidate",
    "CandidateContest",
    "CandidateSelection",
    "CountStatus",
    "Election",
    "ElectionReport",
    "ExternalIdentifier",
    "InternationalizedText",
    "LanguageString",
    "OtherCounts",
    "Party",
    "PartyContest",
    "PartySelection",
    "ReportingUnit",
    "VoteCounts",
]


class _Nist(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename="pascal",
    tag_field="@type",
    tag=lambda name: f"ElectionResults.{name}",
):
    pass


class LanguageString(_Nist, frozen=True, kw_only=True):
    content: str
    language: str


class InternationalizedText(_Nist, frozen=True, kw_only=True):
    text: Sequence[LanguageString]


class ExternalIdentifier(_Nist, frozen=True, kw_only=True):
    type: str
    value: str
    other_type: str | None = None


class CountStatus(_Nist, frozen=True, kw_only=True):
    type: str
    status: str


class VoteCounts(_Nist, frozen=True, kw_only=True):
    gp_unit_id: str
    type: str
    count: int


class OtherCounts(_Nist, frozen=True, kw_only=True):
    gp_unit_id: str
    undervotes: int


class BallotCounts(_Nist, frozen=True, kw_only=True):
    gp_unit_id: str
    type: str
    other_type: str | None = None
    ballots_cast: int | None = None
    ballots_rejected: int | None = None


class ReportingUnit(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    type: str
    other_type: str | None = None
    name: InternationalizedText | None = None
    composing_gp_unit_ids: Sequence[str] = ()
    external_identifier: Sequence[ExternalIdentifier]
    sub_units_reported: int | None = None
    total_sub_units: int | None = None
    voters_registered: int | None = None


class Party(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    name: InternationalizedText
    external_identifier: Sequence[ExternalIdentifier]


class Candidate(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    ballot_name: InternationalizedText
    external_identifier: Sequence[ExternalIdentifier]
    post_election_status: str | None = None


class CandidateSelection(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    sequence_order: int
    candidate_ids: Sequence[str]
    endorsement_party_ids: Sequence[str] = ()
    vote_counts: Sequence[VoteCounts]


class PartySelection(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    sequence_order: int
    party_ids: Sequence[str]
    vote_counts: Sequence[VoteCounts]


class CandidateContest(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    name: str
    ballot_title: InternationalizedText
    election_district_id: str
    external_identifier: Sequence[ExternalIdentifier]
    sequence_order: int
    vote_variation: str
    other_vote_variation: str | None = None
    votes_allowed: int
    number_elected: int
    number_runoff: int | None = None
    sub_units_reported: int
    total_sub_units: int | None = None
    count_status: Sequence[CountStatus]
    other_counts: Sequence[OtherCounts] = ()
    contest_selection: Sequence[CandidateSelection]


class PartyContest(_Nist, frozen=True, kw_only=True):
    id: str = msgspec.field(name="@id")
    name: str
    ballot_title: InternationalizedText
    election_district_id: str
    external_identifier: Sequence[ExternalIdentifier]
    sequence_order: int
    vote_variation: str
    sub_units_reported: int
    total_sub_units: int | None = None
    count_status: Sequence[CountStatus]
    other_counts: Sequence[OtherCounts] = ()
    contest_selection: Sequence[PartySelection]


class Election(_Nist, frozen=True, kw_only=True):
    name: InternationalizedText
    start_date: str
    end_date: str
    type: str
    other_type: str
    election_scope_id: str
    ballot_counts: Sequence[BallotCounts] = ()
    candidate: Sequence[Candidate] = ()
    contest: Sequence[CandidateContest | PartyContest]


class ElectionReport(_Nist, frozen=True, kw_only=True):
    format: str
    generated_date: str
    issuer: str
    issuer_abbreviation: str
    vendor_application_id: str
    sequence_start: int
    sequence_end: int
    status: str
    is_test: bool
    notes: str
    external_identifier: Sequence[ExternalIdentifier]
    gp_unit: Sequence[ReportingUnit]
    party: Sequence[Party] = ()
    election: Sequence[Election]
