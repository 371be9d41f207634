"""A disk that fails, or a process that dies, at the n-th step of writing.

The steps are the calls by which bytes, names and folders reach a disk. They belong to the system,
and are replaced here by ones that count; everything of ours runs as it is.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

__all__ = ["DeathError", "FailingDisk"]

_STEPS = ("fsync", "mkdir", "open", "replace", "rmdir", "unlink")
#: What a full disk still does.
_FREEING = {"rmdir", "unlink"}


class DeathError(BaseException):
    """The process is gone; no handler of ours runs with any effect."""


class FailingDisk:
    """From the n-th step on nothing is written any more.

    Attributes:
        steps: how many steps there were.
    """

    def __init__(
        self,
        deadly: int | None = None,
        code: int | None = None,
        before_change: Callable[[], None] | None = None,
    ) -> None:
        """Name the step that fails.

        Args:
            deadly: 1 for the first step; None never fails and only counts.
            code: number of the system's error, such as ``errno.ENOSPC``; None is death.
            before_change: called before every step after which something else is on the disk. What
                is there then is what a death at this step leaves.
        """
        self.steps = 0
        self._deadly = deadly
        self._code = code
        self._before_change = before_change
        self._real: dict[str, Callable[..., Any]] = {}

    @property
    def has_failed(self) -> bool:
        """Whether the step was reached."""
        return self._deadly is not None and self.steps >= self._deadly

    def __enter__(self) -> Self:
        self._real = {name: getattr(os, name) for name in _STEPS}
        self._replace()
        return self

    def _replace(self) -> None:
        for name in _STEPS:
            setattr(os, name, self._counting(name))

    def _restore(self) -> None:
        for name, real in self._real.items():
            setattr(os, name, real)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    def _counting(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def step(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as the system's own
            is_reading = name == "open" and not args[1] & os.O_CREAT
            if is_reading:
                return real(*args, **kwargs)
            self.steps += 1
            if self._before_change is not None and name != "fsync":
                self._restore()
                self._before_change()
                self._replace()
            if not self.has_failed or (self._code == errno.ENOSPC and name in _FREEING):
                # Waiting for the disk would show nothing here, and takes most of the time.
                return None if name == "fsync" else real(*args, **kwargs)
            if self._code is None:
                raise DeathError
            raise OSError(self._code, os.strerror(self._code))

        return step
