"""Write the generated parts of the reference pages from the code.

A page marks each part with two comments; what stands between them is written here::

    <!-- generated: NAME -->
    ...
    <!-- end of NAME -->

    python -m tools.generate_reference           write the pages
    python -m tools.generate_reference --check   say which pages are stale, and exit with 1
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.reference_attacks import attack_table
from tools.reference_checks import check_entries, check_overview
from tools.reference_commands import command_pages
from tools.reference_limits import error_kinds, exit_codes, limits

__all__ = ["PARTS", "generated_pages", "with_generated_parts"]

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

#: Every generated part by its name.
PARTS: Mapping[str, Callable[[], str]] = {
    "attacks": attack_table,
    "check overview": check_overview,
    "check entries": check_entries,
    "commands": command_pages,
    "exit codes": exit_codes,
    "error kinds": error_kinds,
    "limits": limits,
}

_PART = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def with_generated_parts(text: str) -> str:
    """Give a page with its generated parts as the code has them now."""
    return _PART.sub(
        lambda found: f"{found[1]}\n{PARTS[found[2]]().strip()}\n\n{found[3]}",
        text,
    )


def generated_pages() -> list[Path]:
    """List the pages that have a generated part."""
    return [
        page
        for page in sorted(REFERENCE.glob("*.md"))
        if _PART.search(page.read_text(encoding="utf-8"))
    ]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or compare them."""
    stale = 0
    for page in generated_pages():
        text = page.read_text(encoding="utf-8")
        fresh = with_generated_parts(text)
        if fresh == text:
            continue
        stale += 1
        print(f"{page.name} {'is stale' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            page.write_text(fresh, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
