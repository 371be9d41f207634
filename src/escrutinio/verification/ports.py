"""What verification asks of the outside: files, processes, and somebody to tell how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias, TypeVar

from escrutinio.publication.layout import RecordReader

__all__ = ["InOneProcess", "Progress", "RecordSource", "Workers"]

SharedT = TypeVar("SharedT")
TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")

#: Told the name of a stage, how much of it is done, and how much there is in all (0: unknown).
Progress: TypeAlias = Callable[[str, int, int], None]


class RecordSource(RecordReader, Protocol):
    """The files of a record, from somewhere that can look ahead."""

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Say which files will be loaded next, in this order; a later call replaces this one.

        A hint, and no promise: a web server's files may be fetched several at a time, a folder's
        need not be.

        Args:
            paths: each with the largest size that makes sense.
        """


class Workers(Protocol):
    """Where work is done that needs no more than its arguments: here, or in many processes."""

    def prepare(self, tasks: int) -> None:
        """Say about how many tasks there will be, so that helpers can be started meanwhile."""

    def run(
        self,
        function: Callable[[SharedT, TaskT], ResultT],
        shared: SharedT,
        tasks: Iterable[TaskT],
    ) -> Iterator[ResultT]:
        """Give the results of a function in the order of the tasks.

        Tasks are taken as they are needed, a bounded number ahead. A function of a module,
        arguments and results that can be pickled.

        Args:
            function: called with ``shared`` and a task.
            shared: what every task needs; sent to each process once.
            tasks: the rest.

        Raises:
            AdapterError: a process died.
        """

    def run_apart(self, function: Callable[[TaskT], ResultT], task: TaskT) -> ResultT | None:
        """Do a task that may take its process down with it.

        For libraries that end the process on some input instead of raising an error. Possible
        while the results of ``run`` are still being taken.

        Returns:
            The result; None where the process died or gave no answer in time.

        Raises:
            AdapterError: no process could be started.
        """


class InOneProcess:
    """Workers that are none: each task is done when its result is asked for.

    **Nothing is apart here**: what takes its process down takes this one.
    """

    def prepare(self, tasks: int) -> None:
        """Do nothing."""

    def run(
        self,
        function: Callable[[SharedT, TaskT], ResultT],
        shared: SharedT,
        tasks: Iterable[TaskT],
    ) -> Iterator[ResultT]:
        """Do one task after the other."""
        for task in tasks:
            yield function(shared, task)

    def run_apart(self, function: Callable[[TaskT], ResultT], task: TaskT) -> ResultT | None:
        """Do the task."""
        return function(task)
