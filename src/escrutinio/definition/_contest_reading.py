"""Reading a contest from JSON, and what a contest may not say by itself.

What needs the divisions as well, such as whether the contest's area exists, stands in
``_reading.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.definition._fields import NO_CODE, ObjectReader, refuse_repeats
from escrutinio.definition._rule_reading import conditions_of, read_rule
from escrutinio.definition._words import ID, ID_RULE
from escrutinio.definition.limits import (
    MAX_CANDIDACIES,
    MAX_CATEGORIES,
    MAX_COUNT,
    MAX_OPTIONS,
    MAX_REGISTER_TOTALS,
    MAX_TEXT_CHARS,
    MAX_VOTES_ALLOWED,
)
from escrutinio.definition.model import (
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    Contest,
    ContestCode,
    DivisionId,
    Option,
    OptionCode,
    RegisterTotal,
)
from escrutinio.definition.rules import Base

__all__ = ["BLANK", "read_contest"]

#: The tally category that a share of valid and blank votes needs.
BLANK = CategoryCode("blank")


def read_contest(reader: ObjectReader) -> Contest:
    """Read one contest and check what can be said of it alone."""
    contest = Contest(
        code=ContestCode(reader.read_code("code")),
        names=reader.read_names("names"),
        division=DivisionId(reader.read_word("division", ID, ID_RULE)),
        votes_allowed=reader.read_integer("votes_allowed", 1, MAX_VOTES_ALLOWED),
        candidacies=_read_candidacies(reader),
        options=_read_options(reader),
        categories=_read_categories(reader),
        max_ballots_per_station=reader.read_known_count("max_ballots_per_station"),
        register_totals=_read_register_totals(reader),
        rule=read_rule(reader.read_object("rule")),
    )
    reader.close()
    if reader.is_readable("candidacies") and reader.is_readable("options"):
        _check_options(contest, reader)
    _check_lines(contest, reader)
    if reader.is_readable("categories"):
        _check_bases(contest, reader)
    return contest


def _read_candidacies(reader: ObjectReader) -> tuple[Candidacy, ...]:
    candidacies = []
    for item in reader.read_objects("candidacies", 1, MAX_CANDIDACIES):
        code = CandidacyCode(item.read_code("code"))
        candidacies.append(Candidacy(code, item.read_names("names")))
        item.close()
    return tuple(candidacies)


def _read_options(reader: ObjectReader) -> tuple[Option, ...]:
    options = []
    for item in reader.read_objects("options", 0, MAX_OPTIONS):
        code = OptionCode(item.read_code("code"))
        candidacy = CandidacyCode(item.read_code("candidacy"))
        options.append(Option(code, candidacy, item.read_names("names")))
        item.close()
    return tuple(options)


def _read_categories(reader: ObjectReader) -> tuple[Category, ...]:
    categories = []
    for item in reader.read_objects("categories", 0, MAX_CATEGORIES):
        code = CategoryCode(item.read_code("code"))
        names = item.read_names("names")
        in_ballots = item.read_boolean("in_ballots")
        in_valid = item.read_boolean("in_valid")
        if in_valid and not in_ballots and item.is_readable("in_ballots"):
            item.refuse("in_valid", "false, as what is no ballot is no valid vote", in_valid)
        categories.append(Category(code, names, in_ballots, in_valid))
        item.close()
    return tuple(categories)


def _read_register_totals(reader: ObjectReader) -> tuple[RegisterTotal, ...]:
    totals = []
    places = []
    for item in reader.read_objects("register_totals", 0, MAX_REGISTER_TOTALS):
        identifier = item.read_code("id")
        registered = item.read_integer("registered", 0, MAX_COUNT)
        names = item.read_names("names")
        source = item.read_text("source", MAX_TEXT_CHARS)
        totals.append(RegisterTotal(identifier, registered, names, source))
        places.append((identifier, item.place("id")))
        item.close()
    refuse_repeats(places, reader.faults)
    return tuple(totals)


def _check_options(contest: Contest, reader: ObjectReader) -> None:
    """Check that party lines and candidacies belong together."""
    known = {candidacy.code for candidacy in contest.candidacies}
    is_sure = NO_CODE not in known and len(known) == len(contest.candidacies)
    if not is_sure or not contest.options:
        return
    for index, option in enumerate(contest.options):
        if option.candidacy not in known and option.candidacy != NO_CODE:
            place = f"{reader.place('options')}[{index}].candidacy"
            reader.faults.add(place, "the code of a candidacy of this contest", option.candidacy)
    fed = {option.candidacy for option in contest.options}
    if NO_CODE in fed:
        return
    for index, candidacy in enumerate(contest.candidacies):
        if candidacy.code not in fed:
            # Its votes would have no line to stand on, and every share would be wrong.
            place = f"{reader.place('candidacies')}[{index}]"
            reader.faults.add(place, "at least one option that adds to it", "none")


def _check_lines(contest: Contest, reader: ObjectReader) -> None:
    """Check that each code names one line of the tally sheet.

    An option may share its code with a candidacy, as lists of one party do; a category may share
    its code with neither, because a column named ``blank`` must not mean two things.
    """
    options = _places(reader, "options", [option.code for option in contest.options])
    candidacies = _places(reader, "candidacies", [item.code for item in contest.candidacies])
    categories = _places(reader, "categories", [item.code for item in contest.categories])
    refuse_repeats(candidacies, reader.faults)
    refuse_repeats(options, reader.faults)
    refuse_repeats(categories, reader.faults)
    lines = {code for code, _ in options} | {code for code, _ in candidacies}
    for code, place in categories:
        if code in lines and code != NO_CODE:
            expected = "a code that is no candidacy's and no option's"
            reader.faults.add(place, expected, code)


def _places(reader: ObjectReader, key: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, f"{reader.place(key)}[{index}].code") for index, code in enumerate(codes)]


def _check_bases(contest: Contest, reader: ObjectReader) -> None:
    """Check that what shares are taken of is counted."""
    codes = {category.code for category in contest.categories}
    if BLANK in codes or NO_CODE in codes:
        return
    for place, condition in conditions_of(contest.rule):
        if condition.of is Base.VALID_AND_BLANK:
            expected = f"valid or cast, as no category has the code '{BLANK}'"
            where = f"{reader.place('rule')}.{place}.of"
            reader.faults.add(where, expected, condition.of.value)
