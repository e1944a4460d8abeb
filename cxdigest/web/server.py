"""Listen beside the worker: uvicorn in a thread of its own, in the same process.

The port is bound before anything else happens, so that one that is taken is said at once. Requests
are not logged: their addresses are what people keep secret.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import Iterator

import uvicorn
from anyio import to_thread
from starlette.types import ASGIApp

from cxdigest.errors import WrongUseError
from cxdigest.web.patience import Patience

log = logging.getLogger(__name__)

_GRACE = 5  #: seconds that answers in hand may take once the process is to end
_WAIT = 0.02  #: seconds between two looks whether the server has begun
_IDLE = 20  #: seconds that a connection is kept without a request
_THREADS = 5  #: that answer; more of them only take turns, the worker beside among them
#: Seconds after which a thread of Python lets others go on. By Python's own five thousandths each
#: short answer waits for several long ones, once at every hop from a thread to another.
_TURN = 0.001
_AT_ONCE = 200  #: connections; more are answered 503


class _Server(uvicorn.Server):
    """Uvicorn's own, with fewer threads: more of them only keep each other waiting."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)


@contextlib.contextmanager
def serving(app: ASGIApp, address: tuple[str, int] | socket.socket) -> Iterator[tuple[str, int]]:
    """Serve *app* at *address* for the time of the ``with``; yields what was bound.

    A socket that listens already stays open, so that another app can take its callers over.

    Raises:
        WrongUseError: the address cannot be listened at.
    """
    sys.setswitchinterval(_TURN)
    # It warns of whatever strangers send, as often as they do.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    own = address.dup() if isinstance(address, socket.socket) else bound(address)
    with contextlib.closing(own) as listener:
        server = _Server(
            uvicorn.Config(
                app,
                http=Patience,
                log_config=None,
                access_log=False,
                # Below errors it logs a line for whatever strangers send, as often as they do.
                log_level="error",
                server_header=False,
                # Who asks is decided in one place alone: cxdigest.web.caller.
                proxy_headers=False,
                lifespan="off",
                ws="none",
                timeout_keep_alive=_IDLE,
                timeout_graceful_shutdown=_GRACE,
                limit_concurrency=_AT_ONCE,
            )
        )
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="pages", daemon=True
        )
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(_WAIT)
        try:
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join(_GRACE * 2)


def bound(address: tuple[str, int]) -> socket.socket:
    """Return a socket that holds *address*.

    Raises:
        WrongUseError: the address cannot be listened at.
    """
    host, port = address
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
            listener.listen()  # two that begin at once may both bind, and one of them listens
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise WrongUseError(
            f"pages cannot be served at {host}:{port}: {error.strerror or error}; "
            "end what listens there, or write another address into web.listen"
        ) from error
    return listener
