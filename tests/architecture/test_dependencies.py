"""What is installed: locked, by digest, from anywhere, and each with its reason."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT, read_toml

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = read_toml(ROOT / "pyproject.toml")
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def _names(requirements: list[str]) -> set[str]:
    return {
        found.group().lower() for requirement in requirements if (found := NAME.match(requirement))
    }


def _locked() -> dict[str, str]:
    """Give each locked name with its block of the file: version, marker and digests."""
    blocks = re.split(r"(?m)^(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", LOCK))
    return {found.group(): block for block in blocks if (found := NAME.match(block))}


def test_every_direct_dependency_is_locked() -> None:
    """A dependency that was added without `make lock` would not be installed."""
    direct = _names(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"])
    assert direct <= _locked().keys()


def test_every_locked_package_has_digests() -> None:
    """A version without a digest could be replaced at its source without anybody noticing."""
    assert not [name for name, block in _locked().items() if "--hash=sha256:" not in block]


def test_the_lock_names_no_place() -> None:
    """The digests say what to install; where it comes from is the reader's choice."""
    assert "://" not in LOCK
    assert "-index" not in LOCK


def test_every_base_dependency_has_its_reason() -> None:
    """What everybody must install is explained, with its licence and its weight."""
    page = (ROOT / "docs/decisions/0002-dependencies-and-locking.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^### `([a-z0-9-]+)`", page))
    assert named == _names(PROJECT["project"]["dependencies"])
