"""How httpx gets its requests made: over connections to checked addresses, within an allowance.

httpx's own transport has no place for a check of the address that gets connected to; httpcore,
the engine under it, has: its network backend (``net.connect``). This is the seam: whatever
implements ``httpx.BaseTransport`` can stand here, and errors are httpx's.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

from cxdigest.net.allowance import Allowance

_HEAD = 300_000  #: bytes until the headers are complete; httpcore refuses headers above 100 kB
_BESIDES = 1_000_000  #: bytes beside the body: sizes of chunks, trailers

_MEANINGS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


class GuardedTransport(httpx.BaseTransport):
    """Makes the requests of httpx over httpcore's pool of connections.

    Args:
        backend: opens the connections.
        allowance: told how much may arrive.
        max_bytes: cap on a body.
        tls: whose certificates to trust.
    """

    def __init__(
        self,
        *,
        backend: httpcore.NetworkBackend,
        allowance: Allowance,
        max_bytes: int,
        tls: ssl.SSLContext,
    ) -> None:
        self._allowance = allowance
        # One byte of body in a chunk of its own takes six; honest chunks are larger.
        self._most = 2 * max_bytes + _BESIDES
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=32,
            keepalive_expiry=4.0,  # servers drop idle connections after five seconds or more
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; return as soon as the headers are complete."""
        self._allowance.expect(_HEAD)
        with _errors_of_httpx():
            response = self._pool.handle_request(_for_httpcore(request))
        self._allowance.expect(self._most)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the connections that are kept; later requests open new ones."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, piece by piece as it arrives."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _errors_of_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def _for_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(core for core, _ in _MEANINGS) as error:
        meaning = next(ours for core, ours in _MEANINGS if isinstance(error, core))
        # The cause worth knowing is the socket's; the pool raises with ``from None``.
        raise meaning(str(error)) from error.__cause__ or error.__context__ or error
