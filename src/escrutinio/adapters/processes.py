"""Worker processes for verification: one per core, each with a thread here that feeds it.

A process is started afresh (``spawn``), so it shares nothing with this one but what it is sent:
what all tasks need, once, and then one task after the other. Results come back in the order of
the tasks; only a bounded number of tasks is ever on its way. Processes end with the context, on an
error and on Ctrl-C too; one that dies is an error and never a lost result.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from escrutinio.errors import AdapterError, Fault

__all__ = ["MAX_PROCESSES", "MIN_TASKS", "WorkerProcesses", "count_cores"]

#: More processes than this gain nothing: one process reads and puts together what they answer.
MAX_PROCESSES = 16
#: Fewer tasks are done here sooner than a process has started.
MIN_TASKS = 12
#: Tasks on their way per process; enough that no process waits while this one adds up a bulletin.
TASKS_AHEAD = 64
_CLOSE_TIMEOUT_S = 5
#: A task apart takes a second; one that has not ended after so long is not waited for.
_APART_TIMEOUT_S = 120
#: What a process apart may allocate: ten times the tables of 100,000 stations, and not the machine.
_APART_MEMORY_BYTES = 2 << 30
#: What goes through a pipe: what every task needs, a task, its result, an error instead of one.
_HEAD, _TASK, _RESULT, _ERROR = range(4)

SharedT = TypeVar("SharedT")
TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")


def count_cores() -> int:
    """Give the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerProcesses:
    """Processes that do tasks; a context manager, at whose end there are none left.

    With fewer than ``MIN_TASKS`` tasks, or for one process, the work is done here instead.
    """

    def __init__(self, processes: int) -> None:
        """Say how many processes there may be."""
        self._most = max(1, min(processes, MAX_PROCESSES))
        self._workers: list[_Worker] = []
        self._threads: ThreadPoolExecutor | None = None
        self._apart: _Worker | None = None
        self._collects = False

    def __enter__(self) -> Self:
        """Begin without any process.

        Python's search for cycles rests until the end: entries and their contents have none, and
        to look through the millions of them again and again takes longer than to hash them.
        """
        self._collects = gc.isenabled()
        gc.disable()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every process."""
        self.close()
        if self._collects:
            gc.enable()

    def prepare(self, tasks: int) -> None:
        """Start the processes if there is enough to do; they load while this one goes on."""
        if self._workers or self._most == 1 or tasks < MIN_TASKS:
            return
        self._workers = _start(self._most)
        self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="worker")

    def run(
        self,
        function: Callable[[SharedT, TaskT], ResultT],
        shared: SharedT,
        tasks: Iterable[TaskT],
    ) -> Iterator[ResultT]:
        """Give the results of a function in the order of the tasks.

        Raises:
            AdapterError: a process died.
        """
        if self._threads is None:
            for task in tasks:
                yield function(shared, task)
            return
        head = _pack(_HEAD, (function, shared))
        idle: SimpleQueue[_Worker] = SimpleQueue()
        for started in self._workers:
            started.begin(head)
            idle.put(started)
        del head, shared  # which may be large

        def work(task: TaskT) -> Any:  # noqa: ANN401  # whatever the function gives
            worker = idle.get()
            try:
                return worker.ask(task)
            finally:
                idle.put(worker)

        ahead: deque[Future[ResultT]] = deque()
        try:
            for task in tasks:
                ahead.append(self._threads.submit(work, task))
                if len(ahead) >= TASKS_AHEAD * self._most:
                    yield ahead.popleft().result()
            while ahead:
                result = ahead.popleft().result()
                if not ahead:
                    # What becomes of the last one may need the memory of all of them.
                    self._dismiss()
                yield result
        finally:
            for future in ahead:
                future.cancel()

    def run_apart(self, function: Callable[[TaskT], ResultT], task: TaskT) -> ResultT | None:
        """Do a task that may take its process down with it.

        Returns:
            The result; None where the process died, ran out of the memory it may have, or gave no
            answer in time.

        Raises:
            AdapterError: no process could be started.
        """
        if self._apart is None:
            (self._apart,) = _start(1, is_quiet=True)
        worker = self._apart
        try:
            worker.begin(_pack(_HEAD, (_call, function)))
            result: ResultT = worker.ask(task, _APART_TIMEOUT_S)
        except (AdapterError, MemoryError):
            self._apart = None
            worker.stop()
            worker.join()
            return None
        return result

    def close(self) -> None:
        """End every process; may be called twice."""
        if self._apart is not None:
            self._workers.append(self._apart)
            self._apart = None
        self._dismiss()

    def _dismiss(self) -> None:
        """End the processes that do tasks in order; a later ``run`` does them here."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.stop()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        for worker in workers:
            worker.join()


class _Worker:
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(
        self, context: multiprocessing.context.SpawnContext, *, is_quiet: bool = False
    ) -> None:
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_serve_quietly if is_quiet else _serve, args=(theirs,), daemon=True
        )
        self._process.start()
        theirs.close()

    def begin(self, head: bytes) -> None:
        """Send what every task needs."""
        with _death_told():
            self._pipe.send_bytes(head)

    def ask(self, task: object, timeout_s: float | None = None) -> Any:  # noqa: ANN401  # as above
        """Have one task done; without a time limit, wait as long as the process lives."""
        with _death_told():
            self._pipe.send_bytes(_pack(_TASK, task))
            if not self._pipe.poll(timeout_s):
                raise EOFError
            kind, answer = pickle.loads(self._pipe.recv_bytes())  # noqa: S301  # our own process
        if kind == _ERROR:
            raise answer
        return answer

    def stop(self) -> None:
        """End the process; whoever waits for its answer learns that it died."""
        self._process.terminate()

    def join(self) -> None:
        """Wait until it has ended."""
        self._process.join(_CLOSE_TIMEOUT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()
        self._pipe.close()


@contextlib.contextmanager
def _death_told() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError):
        fault = Fault("worker process", "an answer", "that it ended", "Perhaps memory ran out.")
        raise AdapterError.of(fault, retryable=True) from None


def _start(count: int, *, is_quiet: bool = False) -> list[_Worker]:
    context = multiprocessing.get_context("spawn")
    try:
        return [_Worker(context, is_quiet=is_quiet) for _ in range(count)]
    except OSError as error:
        fault = Fault("worker processes", f"{count} processes", str(error))
        raise AdapterError.of(fault, retryable=True) from None


def _call(function: Callable[[TaskT], ResultT], task: TaskT) -> ResultT:
    return function(task)


def _serve(pipe: Connection) -> None:
    """Do tasks until the pipe closes; the body of a worker process."""
    # Ctrl-C goes to the whole group of processes; the one in front answers it for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # as where the tasks come from
    head: Any = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            kind, body = pickle.loads(pipe.recv_bytes())  # noqa: S301  # who began us sent it
            if kind == _HEAD:
                head = body
                continue
            function, shared = head
            try:
                answer = _pack(_RESULT, function(shared, body))
            except Exception as error:  # noqa: BLE001  # raised where the result is asked for
                answer = _pack(_ERROR, error)
            pipe.send_bytes(answer)


def _serve_quietly(pipe: Connection) -> None:
    """Do tasks in bounded memory, without the last words of a library that ends its process."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        # Not every system has such limits; there the time limit alone ends it.
        import resource  # noqa: PLC0415  # Windows has none

        resource.setrlimit(resource.RLIMIT_DATA, (_APART_MEMORY_BYTES,) * 2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    _serve(pipe)


def _pack(kind: int, body: object) -> bytes:
    return pickle.dumps((kind, body), pickle.HIGHEST_PROTOCOL)
