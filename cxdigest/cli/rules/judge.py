"""``cxdigest judge``: JSON lines in, verdicts out, in the same order and with bounded memory."""

from __future__ import annotations

import gc
import itertools
import os
import stat
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent import futures
from pathlib import Path
from typing import IO

from cxdigest.cli.rules.lines import judge_lines, read_lines
from cxdigest.cli.rules.packs import load_rules
from cxdigest.cli.terminal.progress import Bar
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.rules import Rules

_CHUNK_LINES = 2000  #: as many as the rules look at together
_CHUNK_BYTES = 16_000_000
_FEW_LINES = 100  #: for fewer no further process is started
_OBJECTS = 500_000  #: made between two runs of the collector of cycles
_STOPPED = marked("Stopped. The verdicts so far are printed.")
_Chunk = list[tuple[int, bytes]]
_rules: Rules  # of a worker process, set once when it starts


def judge(file: str, *, packs: list[Path], jobs: int) -> int:
    """Judge the postings of *file* (``-``: standard input); return the exit code.

    Raises:
        PackError: a pack cannot be used.
        WrongUseError: *file* cannot be opened.
    """
    try:
        with _opened(file) as stream:
            return _judge_stream(stream, packs, jobs)
    except BrokenPipeError:  # whoever read the verdicts has seen enough
        sys.stderr.close()
        return 1


def _opened(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise WrongUseError(
            _(
                "{file}: {strerror}; name a file of JSON lines, or - for standard input",
                file=file,
                strerror=error.strerror,
            )
        ) from error


def _judge_stream(stream: IO[bytes], packs: Sequence[Path], jobs: int) -> int:
    rules = load_rules(packs)
    _collect_seldom()
    chunks = _chunks(read_lines(stream))
    first = next(chunks, [])
    every = itertools.chain([first], chunks)
    few = len(first) < _FEW_LINES
    answers = _alone(every, rules) if jobs == 1 or few else _together(every, rules, jobs)
    failed = False
    with Bar(_("Judging"), unit="bytes", stopped=_(_STOPPED), answers=True) as bar:
        for answer, good in answers:
            sys.stdout.buffer.write(answer)
            failed = failed or not good
            bar.at(*_read_so_far(stream))
        sys.stdout.buffer.flush()
    return int(failed)


def _read_so_far(stream: IO[bytes]) -> tuple[int, int | None]:
    """Return how many bytes were read, and how many there are where that is known."""
    try:
        status = os.fstat(stream.fileno())
        return stream.tell(), status.st_size if stat.S_ISREG(status.st_mode) else None
    except OSError:  # a pipe has no place
        return 0, None


def _chunks(lines: Iterable[tuple[int, bytes]]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    size = 0
    for numbered in lines:
        chunk.append(numbered)
        size += len(numbered[1])
        if len(chunk) >= _CHUNK_LINES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _alone(chunks: Iterable[_Chunk], rules: Rules) -> Iterator[tuple[bytes, bool]]:
    for chunk in chunks:
        yield judge_lines(chunk, rules)


def _together(chunks: Iterable[_Chunk], rules: Rules, jobs: int) -> Iterator[tuple[bytes, bool]]:
    """Judge in *jobs* processes, never more than a few chunks ahead of what was written."""
    waiting: deque[futures.Future[tuple[bytes, bool]]] = deque()
    with futures.ProcessPoolExecutor(jobs, initializer=_start, initargs=(rules,)) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) >= 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _start(rules: Rules) -> None:
    global _rules  # noqa: PLW0603 - how a process pool keeps what every task needs
    _rules = rules
    _collect_seldom()


def _collect_seldom() -> None:
    """Let the collector of cycles leave the rules alone; judging makes hardly any for it."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)


def _work(chunk: _Chunk) -> tuple[bytes, bool]:
    return judge_lines(chunk, _rules)
