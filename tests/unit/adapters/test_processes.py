"""Work done in other processes: in order, whole, and none of them left behind."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator

import pytest

from escrutinio.adapters.processes import MIN_TASKS, TASKS_AHEAD, WorkerProcesses
from escrutinio.errors import AdapterError, Fault, MalformedError


def square(shared: int, task: int) -> tuple[int, int]:
    """Answer with the process that did it."""
    return shared + task * task, os.getpid()


def refuse(shared: str, task: int) -> int:
    """Fail at one task."""
    if task == 3:
        raise MalformedError.of(Fault(shared, "another task", str(task)))
    return task


def die(shared: int, task: int) -> int:
    """End the process without an answer."""
    os._exit(shared + task)


def process_of(task: int) -> int:
    """Name the process; end it at one task."""
    if task == 3:
        os._exit(1)
    return os.getpid()


def test_results_come_in_the_order_of_the_tasks() -> None:
    with WorkerProcesses(2) as workers:
        workers.prepare(1000)
        results = list(workers.run(square, 7, range(300)))
    assert [value for value, _ in results] == [7 + task * task for task in range(300)]
    assert os.getpid() not in {process for _, process in results}


def test_little_work_is_done_here() -> None:
    """A process takes longer to start than a small record to verify."""
    with WorkerProcesses(2) as workers:
        workers.prepare(MIN_TASKS - 1)
        assert {process for _, process in workers.run(square, 0, range(5))} == {os.getpid()}


def test_only_so_many_tasks_are_taken_ahead() -> None:
    """A log of a million entries is never in memory as a whole."""
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    with WorkerProcesses(2) as workers:
        workers.prepare(10_000)
        next(iter(workers.run(square, 0, tasks())))
        assert taken <= 2 * TASKS_AHEAD


def test_processes_have_ended_when_the_last_result_comes() -> None:
    """Adding up a large record takes the memory that they had."""
    with WorkerProcesses(2) as workers:
        workers.prepare(100)
        alive = [len(multiprocessing.active_children()) for _ in workers.run(square, 0, range(100))]
        assert (alive[0], alive[-1]) == (2, 0)
        assert {process for _, process in workers.run(square, 0, range(5))} == {os.getpid()}


def test_an_error_of_ours_comes_back_as_it_is() -> None:
    with WorkerProcesses(2) as workers:
        workers.prepare(100)
        with pytest.raises(MalformedError, match="tasks: expected another task, found 3") as caught:
            list(workers.run(refuse, "tasks", range(100)))
    assert caught.value.faults[0].found == "3"


def test_a_process_that_dies_is_an_error() -> None:
    with WorkerProcesses(2) as workers:
        workers.prepare(100)
        with pytest.raises(AdapterError, match="ended"):
            list(workers.run(die, 1, range(100)))


def test_a_task_apart_takes_only_its_own_process_down() -> None:
    """Also in the middle of other work, and with a single process."""
    with WorkerProcesses(1) as workers:
        results = workers.run(square, 0, range(5))
        assert next(results)[0] == 0
        first = workers.run_apart(process_of, 1)
        assert first != os.getpid()
        assert workers.run_apart(process_of, 3) is None
        assert workers.run_apart(process_of, 4) not in {None, first, os.getpid()}
        assert [value for value, _ in results] == [1, 4, 9, 16]


def _interrupted() -> None:
    with WorkerProcesses(2) as workers:
        workers.prepare(100)
        next(iter(workers.run(square, 0, range(100_000))))
        raise KeyboardInterrupt


def test_no_process_is_left() -> None:
    """Neither after the end nor after Ctrl-C in the middle."""
    before = set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    assert set(multiprocessing.active_children()) <= before
