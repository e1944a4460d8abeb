"""``cxdigest serve`` without a configuration: pages lead to one, then it goes on with it."""

from __future__ import annotations

import importlib
import logging
import signal
import socket
import threading
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from cxdigest.cli.terminal.log import show_log_from
from cxdigest.config import WebConfig
from cxdigest.config.addresses import is_loopback
from cxdigest.errors import WrongUseError
from cxdigest.web.first_code import FirstCode
from cxdigest.worker import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the ordinary pages take over from set-up."""

    listener: socket.socket  #: callers wait in it meanwhile
    code: FirstCode | None  #: that was shown in the log, for the first admin


def first_start(config: Path, listen: str, held: ExitStack) -> Begun | None:
    """Serve the pages of set-up until *config* is written; None: told to stop before.

    What the pages take over stays open for as long as *held*.

    Raises:
        WrongUseError: *listen* is no address, or cannot be listened at.
    """
    show_log_from(logging.INFO)
    server = importlib.import_module("cxdigest.web.server")
    pages = importlib.import_module("cxdigest.web.first.app")
    address = _address(listen)
    listener: socket.socket = held.enter_context(closing(server.bound(address)))
    code = None if is_loopback(address[0]) else FirstCode()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with pages.first_start(config, listener, clock=clock, code=code) as reception:
        host, port = listener.getsockname()[:2]
        log.warning("there is no configuration at %s yet", config)
        log.warning("open http://%s:%s/setup in a browser", _shown(host), port)
        if code:
            log.warning("and show this code there: %s", code.words)
        # A wait with a time-out lets Python run signal handlers on every platform.
        while not reception.done.wait(timeout=0.5):
            if stop.is_set():
                return None
    log.info("the configuration is written; going on with it")
    return Begun(listener=listener, code=code)


def _address(listen: str) -> tuple[str, int]:
    try:
        return WebConfig.model_validate({"listen": listen}).address
    except ValidationError as error:
        raise WrongUseError(f"--listen {listen}: {error.errors()[0]['msg']}") from error


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "this-machine"
    return f"[{host}]" if ":" in host else host
