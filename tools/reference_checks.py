"""The catalogue of sheet checks as Markdown."""

from __future__ import annotations

from escrutinio.sheet import CATALOGUE, Check

__all__ = ["check_entries", "check_overview"]

#: What each family of codes is about, by the beginning of its codes.
FAMILIES = {
    "SHEET-0": "Identity: which sheet this is",
    "SHEET-1": "Legibility: what could be read, and what became of the sheet",
    "SHEET-2": "Arithmetic: the sheet's own sums",
    "SHEET-3": "Bounds: what a station can hold at most",
    "SHEET-4": "Plausibility: possible and unusual",
    "TALLY-0": "Tally: what a division shows beyond its single sheets",
    "CHAIN-0": "Chain: what a log holds around a sheet",
}


def check_overview() -> str:
    """Give one line per check: code, title, severities."""
    rows = [
        "| code | what was found | machine-printed | handwritten |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| [{entry.code}](#{entry.code.lower()}) | {entry.title.in_language('en')} "
        f"| {entry.machine} | {entry.handwritten} |"
        for entry in CATALOGUE.values()
    ]
    return "\n".join(rows)


def check_entries() -> str:
    """Give every check in full, family by family."""
    return "\n\n".join(
        f"## {title}\n\n" + "\n\n".join(_entry(entry) for entry in _of_family(beginning))
        for beginning, title in FAMILIES.items()
    )


def _of_family(beginning: str) -> list[Check]:
    return [entry for code, entry in CATALOGUE.items() if code.startswith(beginning)]


def _entry(entry: Check) -> str:
    lines = [
        f"### {entry.code}",
        "",
        f"{entry.title.in_language('en')}. *{entry.title.in_language('es')}.*",
        "",
        f"- What to do: {entry.remedy.in_language('en')} *{entry.remedy.in_language('es')}*",
        f"- Looks at: {entry.fields}",
        f"- Severity: {entry.machine} (machine-printed), {entry.handwritten} (handwritten)",
        f"- Origin: {entry.origin}",
    ]
    if entry.limits:
        limits = ", ".join(f"`{name}` = {value}" for name, value in entry.limits.items())
        lines.append(f"- Limits: {limits}")
    return "\n".join(lines)
