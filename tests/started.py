"""The command in processes of its own, forked from one that has loaded its modules.

Loading them takes longer than most commands work, and the tests start some hundred. A forked child
runs the module as ``python -m`` does, with its own folder, environment, descriptors and end. What a
terminal, pipes or signals at a moment decide is tested with ``subprocess``, and so is the start.

``python -m tests.started DESCRIPTOR`` is the process that is forked; a session has one. What goes on
until it is told to end is begun beside the test, from a server of ``multiprocessing``.
"""

from __future__ import annotations

import array
import atexit
import gc
import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

ROOT = Path(__file__).parents[1]
#: What nearly every command loads, and what it would compile first.
LOADED = (
    "cxdigest.cli.instance.run",
    "cxdigest.cli.rules.judge",
    "cxdigest.cli.alerts.extract",
    "tests.town",
    "tests.warmed",
)
#: What else a worker of many and the pages load.
LASTING = (
    "cxdigest.cli.instance.cluster",
    "cxdigest.tasks",
    "cxdigest.cli.instance.serve",
    "cxdigest.web.beside",
)
_LONGEST = 1 << 20  #: bytes of a request


def run(
    module: str,
    *words: object,
    cwd: Path | str | None = None,
    env: dict[str, str] | None = None,
    given: bytes = b"",
    timeout: float = 120,
    text: bool = True,
) -> CompletedProcess:
    """Answer as ``subprocess.run([sys.executable, "-m", module, *words])`` does.

    Raises:
        TimeoutExpired: it took longer than *timeout* seconds and was killed.
    """
    request = {
        "module": module,
        "words": list(map(str, words)),
        "cwd": os.fspath(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
    }
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(given)
        files[0].seek(0)
        answers = _mother()
        socket.send_fds(
            answers, [json.dumps(request).encode() + b"\n"], [f.fileno() for f in files]
        )
        child = _number(answers)
        answers.settimeout(timeout)
        try:
            code = _number(answers)
        except TimeoutError:
            answers.settimeout(None)
            with suppress(ProcessLookupError):  # it ends by itself
                os.kill(child, signal.SIGKILL)
            if (code := _number(answers)) == -signal.SIGKILL:
                raise subprocess.TimeoutExpired([module, *words], timeout) from None
        finally:
            answers.settimeout(None)
        for file in files:
            file.seek(0)
        said = [file.read() for file in files[1:]]
    if text:
        return CompletedProcess(words, code, *(o.decode().replace("\r\n", "\n") for o in said))
    return CompletedProcess(words, code, *said)


@cache
def _mother() -> socket.socket:
    """Start the process that is forked; return what it is talked to over."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.started", str(theirs.fileno())],
            cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def end() -> None:
        ours.close()
        process.wait(timeout=60)

    atexit.register(end)
    return ours


def _number(answers: socket.socket) -> int:
    """Receive one whole number."""
    found = array.array("i")
    told = answers.recv(found.itemsize, socket.MSG_WAITALL)
    assert told, "the process that is forked has ended"
    found.frombytes(told)
    return found[0]


@dataclass(frozen=True)
class Begun:
    """A command that goes on beside the test; it is asked and told as a ``subprocess.Popen`` is."""

    process: ForkServerProcess

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.process.name, timeout or 0)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.process.exitcode is None:
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def begin(module: str, *words: object, log: Path) -> Begun:
    """Begin ``python -m module words``, which says all it says to the file *log*."""
    log.touch()
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([*LOADED, *LASTING])
    request = {"module": module, "words": list(map(str, words)), "env": dict(os.environ)}
    process = server.Process(target=_begun, args=(request, log), name=module, daemon=True)
    process.start()
    return Begun(process)


def _begun(request: dict, log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(log, os.O_WRONLY | os.O_TRUNC)
    module = _dressed({**request, "cwd": ROOT}, [nothing, said, os.dup(said)])
    runpy.run_module(module, run_name="__main__", alter_sys=True)


# -- the process that is forked -------------------------------------------------------------------


def _become(asked: socket.socket) -> str | None:
    """Fork a child at each request and tell how it ended; in the child, return its module."""
    while True:
        said, descriptors, *_ = socket.recv_fds(asked, _LONGEST, 3)
        if not said:
            return None
        while not said.endswith(b"\n"):
            said += asked.recv(_LONGEST)
        child = os.fork()
        if not child:
            asked.close()
            return _dressed(json.loads(said), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        asked.sendall(array.array("i", [child]).tobytes())
        status = os.waitpid(child, 0)[1]
        asked.sendall(array.array("i", [os.waitstatus_to_exitcode(status)]).tobytes())


def _dressed(request: dict, descriptors: list[int]) -> str:
    """Make this process the one that was asked for; return the module that it runs."""
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.argv = ["", *request["words"]]
    return request["module"]


def main(descriptor: int) -> None:
    for name in LOADED:
        __import__(name)
    gc.freeze()  # children need not look through it
    with socket.socket(fileno=descriptor) as asked:
        module = _become(asked)
    if module:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
