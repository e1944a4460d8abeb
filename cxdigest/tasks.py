"""The steps as tasks of Procrastinate, for any number of processes and machines on one PostgreSQL.

The queue carries wake-ups alone, in a schema of its own in the store's database: whoever empties it
loses nothing. Each minute one worker, whichever is first, is told to look what is due. Knows no
step by name but that one.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import JobDeferrer, Status

from cxdigest.errors import CxdigestError, StoreError
from cxdigest.pipeline import Street
from cxdigest.pipeline.steps import STEPS, WakeUp, do
from cxdigest.process import give_back
from cxdigest.store.database.connection import for_libpq

log = logging.getLogger(__name__)

#: Steps that one process does side by side: most wait for a server, not for the processor.
AT_ONCE = 4
LOOK = WakeUp("look")
_TASK = "step"
_LOOK = "look each minute"
_FEW = 4  #: wake-ups that are asked after one by one
_AGAIN = 5.0  #: seconds until the queue is tried again after the database failed
_LOCK = 0x0063_7871_7565_7565  # "cxqueue"
_MINUTELY = "* * * * *"


class Queue:
    """The wake-ups of one store."""

    def __init__(self, url: str) -> None:
        """*url* is the store's, as the configuration gives it."""
        self._conninfo = for_libpq(url)
        # Of the library's version, whose tables change with it. What an older one held is done
        # by its own workers, or found by the next look.
        version = metadata.version("procrastinate").replace(".", "_")
        self.schema = f"cxdigest_queue_{version}"

    def prepare(self) -> None:
        """Make the queue's tables where there are none.

        Raises:
            StoreError: the database cannot be reached, or its user may not make a schema.
        """
        with self._translating(), psycopg.connect(self._conninfo) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            known = connection.execute("SELECT to_regnamespace(%s)", (self.schema,)).fetchone()
            if known and known[0]:
                return
            connection.execute(f"CREATE SCHEMA {self.schema}".encode())
            connection.execute(f"SET LOCAL search_path TO {self.schema}".encode())
            connection.execute(procrastinate.schema.SchemaManager.get_schema().encode())

    def wake(self, wake_up: WakeUp = LOOK) -> None:
        """Have one of the workers do *wake_up*.

        Raises:
            StoreError: the database failed.
        """
        connector = procrastinate.SyncPsycopgConnector(**self._way())
        with (
            self._translating(),
            procrastinate.App(connector=connector).open() as app,
            suppress(AlreadyEnqueued),
        ):
            _deferrer(app, wake_up).defer(step=wake_up.step, of=wake_up.of)

    def work(self, street: Street, *, stop: Callable[[], None]) -> None:
        """Do what wakes until SIGTERM or SIGINT, which call *stop*.

        The pieces in hand are finished then. A database that fails is tried again until it is back.
        """
        logging.getLogger(f"procrastinate.worker.{street.holder}").addFilter(_in_words)
        asyncio.run(self._work(street, stop))

    async def _work(self, street: Street, stop: Callable[[], None]) -> None:
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_tell)

        def heed() -> None:
            stop()
            asked.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, heed)
            except NotImplementedError:  # as on Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(heed))
        while not asked.is_set():
            work = asyncio.create_task(self._until_it_fails(street))
            waiting = asyncio.create_task(asked.wait())
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if asked.is_set():
                log.info("stopping: the pieces in hand are finished first")
            work.cancel()
            waiting.cancel()
            done = await asyncio.gather(work, waiting, return_exceptions=True)
            if isinstance(done[0], (ConnectorException, psycopg.Error, OSError)):
                why = done[0].__cause__ or done[0]  # the library's own text says nothing
                log.error("the queue failed, tried again in %d seconds: %s", _AGAIN, why)
                await asyncio.wait({asyncio.create_task(asked.wait())}, timeout=_AGAIN)
            elif isinstance(done[0], Exception):
                raise done[0]

    async def _until_it_fails(self, street: Street) -> None:
        connector = procrastinate.PsycopgConnector(**self._way(), max_size=AT_ONCE + 2)
        app = procrastinate.App(connector=connector)
        waker = _Waker(app)
        _register(app, street, waker)
        async with app.open_async():
            await _forget_dead(app)
            await waker.wake([LOOK])
            await app.run_worker_async(
                concurrency=AT_ONCE,
                delete_jobs="always",
                install_signal_handlers=False,
                name=street.holder,
            )

    def _way(self) -> dict[str, Any]:
        options = f"-c search_path={self.schema}"
        return {"conninfo": self._conninfo, "kwargs": {"options": options}, "min_size": 1}

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (ConnectorException, psycopg.Error) as error:
            why = str(error.__cause__ or error).strip()  # the library's own text says nothing
            raise StoreError(
                f"The queue in the store's database failed: {why}; "
                "see that the database runs and that its user may make a schema in it"
            ) from error


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log in one line what the library left behind when its connection was cut."""
    error = context.get("exception")
    if isinstance(error, (ConnectorException, psycopg.Error)):
        log.warning("the queue lost its connection: %s", error.__cause__ or error)
    else:
        loop.default_exception_handler(context)


def _in_words(record: logging.LogRecord) -> bool:
    """Have the library say in one line, without a trace, that its way to the database was cut."""
    if getattr(record, "action", "") == "side_task_failed":
        record.msg, record.args, record.exc_info = (
            "the way to the queue was cut; once more",
            (),
            None,
        )
    return True


def _register(app: procrastinate.App, street: Street, waker: _Waker) -> None:
    @app.task(name=_TASK)
    async def step(step: str, of: str) -> None:
        if step not in STEPS:
            return  # another version woke it, and does it
        following = await asyncio.to_thread(_done, street, WakeUp(step, of))
        try:
            await waker.wake(following)
        except ConnectorException as error:
            log.warning("whom %s would wake finds out at the next look: %s", step, error.__cause__)

    @app.periodic(cron=_MINUTELY)
    @app.task(name=_LOOK, queueing_lock=_LOOK)
    async def look(timestamp: int) -> None:  # noqa: ARG001 - what the library calls it with
        await _forget_dead(app)
        await waker.wake([LOOK])
        give_back()


def _done(street: Street, wake_up: WakeUp) -> tuple[WakeUp, ...]:
    try:
        return do(street, wake_up)
    except CxdigestError as error:
        log.error("%s failed, tried again at the next look: %s", wake_up.step, error)  # noqa: TRY400 - the text says it all
        return ()


class _Waker:
    """Wakes who is not woken yet: each refusal would be a line in the server's own log."""

    def __init__(self, app: procrastinate.App) -> None:
        self._app = app
        self._in_turn = asyncio.Lock()  #: two of one process often wake the same at once

    async def wake(self, wake_ups: Sequence[WakeUp]) -> None:
        async with self._in_turn:
            for one in await self._asleep(wake_ups):
                with suppress(AlreadyEnqueued):  # by another worker, just now
                    await _deferrer(self._app, one).defer_async(step=one.step, of=one.of)

    async def _asleep(self, wake_ups: Sequence[WakeUp]) -> list[WakeUp]:
        locks = [_lock(one) for one in wake_ups] if len(wake_ups) <= _FEW else [None]
        woken = {
            job.queueing_lock
            for lock in locks
            for job in await self._app.job_manager.list_jobs_async(
                status=Status.TODO.value, queueing_lock=lock
            )
        }
        return [one for one in wake_ups if _lock(one) not in woken]


def _lock(wake_up: WakeUp) -> str:
    return f"{wake_up.step}/{wake_up.of}"


def _deferrer(app: procrastinate.App, wake_up: WakeUp) -> JobDeferrer:
    return app.configure_task(
        _TASK,
        # Whoever is woken once does all that waits.
        queueing_lock=_lock(wake_up),
        priority=STEPS[wake_up.step].urgency,
    )


async def _forget_dead(app: procrastinate.App) -> None:
    """Remove what workers had in hand that died: it is waiting in the store all the same."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
