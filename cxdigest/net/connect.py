"""Connect to an address that was checked, and never go beyond the exchange's allowance.

A name is looked up once; the very addresses that were looked up are checked and connected to, so
an answer that changes between check and connection (DNS rebinding) changes nothing. httpcore
takes this as its network backend; TLS and the Host header go on using the name.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import httpcore

from cxdigest.errors import ForbiddenAddressError, NetError
from cxdigest.net.address import Address, Network, literal, readable, refusal
from cxdigest.net.allowance import Allowance

Resolver = Callable[[str, int], Sequence[str]]  #: host and port -> addresses as text


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the operating system; each address once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, to permitted addresses only."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolver, allowance: Allowance) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._allowance = allowance
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the allowance stands for it)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first permitted address of *host* that answers."""
        addresses = self._permitted(host, self._addresses(host, port))
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for tried, address in enumerate(addresses):
            share = self._allowance.left() / (len(addresses) - tried)
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return GuardedStream(stream, self._allowance)
        raise failure or NetError(f"{host} has no address; check the spelling")

    def _addresses(self, host: str, port: int) -> list[Address]:
        if (address := literal(host)) is not None:
            return [address]
        try:
            return list(readable(self._look_up(host, port)))
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NetError(
                f"the name {host} could not be looked up ({reason}); "
                "check the spelling and the network connection"
            ) from error

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread of its own: the system's resolver knows no timeout."""
        answers: SimpleQueue[Sequence[str] | OSError | UnicodeError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=self._allowance.left())
        except Empty:
            raise self._allowance.passed() from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _permitted(self, host: str, addresses: Sequence[Address]) -> list[Address]:
        reasons = [refusal(address, self._allowed) for address in addresses]
        permitted = [
            address for address, reason in zip(addresses, reasons, strict=True) if not reason
        ]
        if addresses and not permitted:
            alias = "" if host == str(addresses[0]) else f"{host} is "
            raise ForbiddenAddressError(f"{alias}{addresses[0]}, which is {reasons[0]}")
        return permitted


class GuardedStream(httpcore.NetworkStream):
    """A connection that keeps to the allowance: no wait outlasts it, each byte counts."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what has arrived, at most *max_bytes*."""
        data = self._stream.read(max_bytes, self._allowance.left())
        self._allowance.took(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all of *buffer*."""
        self._stream.write(buffer, self._allowance.left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 (the allowance stands for it)
    ) -> httpcore.NetworkStream:
        """Go on encrypted; *server_hostname* is the name, not the address."""
        left = self._allowance.left()
        return GuardedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._allowance
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's signature)
        """Answer httpcore's questions about the socket."""
        return self._stream.get_extra_info(info)
