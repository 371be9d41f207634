"""What every test may use: the repository, the public data beside it, a browser, and Hypothesis.

Fixtures that need something this machine may lack skip the test and say what is missing.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every machine and in every run, so that a failure is the change's own.
settings.register_profile(
    "fixed", derandomize=True, max_examples=50, deadline=None, print_blob=True
)
# New examples every time, for a search by hand: HYPOTHESIS_PROFILE=search make test
settings.register_profile(
    "search",
    derandomize=False,
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture(scope="session", autouse=True)
def _quick_disk() -> Iterator[None]:
    """Wait for no disk in the processes of the tests: it shows nothing, and takes minutes.

    A file that is closed is still refused. Commands that tests start wait as for everybody.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of public data sets kept beside the repository, or skip the test."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of Debian's chromium, or skip the test."""
    path = shutil.which("chromium")
    if path is None or not _is_loadable("libatomic.so.1"):
        pytest.skip("no browser. Install it: apt-get install chromium libatomic1")
    return path


def _is_loadable(library: str) -> bool:
    """Say whether a shared library is here; the browser driver's program needs one."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
