"""Read a body with a cap that counts what comes out, not what comes in.

Ten kilobytes of gzip can hold ten megabytes of zeros: what is unpacked is therefore asked for in
small pieces, and reading stops at the cap. Only what was asked for (gzip, deflate) is unpacked, and
once: layers upon layers multiply.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

from cxdigest.errors import NetError, TooMuchError

ACCEPTED = "gzip, deflate"
_PIECE = 65_536  #: bytes unpacked at a time


def read_body(
    chunks: Iterable[bytes], *, encoding: str, max_bytes: int, announced: int = 0
) -> bytes:
    """Join *chunks*, unpacked as *encoding* (``Content-Encoding``) says.

    *announced* is the packed size, 0 where the server does not tell.

    Raises:
        TooMuchError: there are more than *max_bytes*.
        NetError: the encoding is unknown or its data broken or cut short.
    """
    body = bytearray()  # not a list: a body may come in millions of tiny pieces
    if announced > max_bytes:
        raise _too_much(max_bytes)
    try:
        for piece in _unpacked(chunks, encoding):
            if len(body) + len(piece) > max_bytes:
                raise _too_much(max_bytes)
            body += piece
    except zlib.error as error:
        raise NetError(
            f"the answer's {encoding[:40]} data is broken ({error}); try later"
        ) from error
    return bytes(body)


def _too_much(max_bytes: int) -> TooMuchError:
    return TooMuchError(
        f"the answer is larger than {max_bytes / 1e6:g} MB; if that is right, raise net.max_bytes"
    )


def _unpacked(chunks: Iterable[bytes], encoding: str) -> Iterable[bytes]:
    layers = [layer.strip().lower() for layer in encoding.split(",")]
    layers = [layer for layer in layers if layer not in {"", "identity"}]
    if not layers:
        return chunks
    if layers in (["gzip"], ["x-gzip"]):
        return _unzip(chunks, lambda _first: 16 + zlib.MAX_WBITS)
    if layers == ["deflate"]:
        return _unzip(chunks, _deflate_window)
    raise NetError(
        f"the answer is packed as {encoding.strip()[:40]!r}, though only {ACCEPTED} was asked for; "
        "tell whoever runs that server"
    )


def _deflate_window(first: int) -> int:
    # RFC 9110 says zlib, some servers send bare deflate data, which cannot begin like zlib's.
    return zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS  # noqa: PLR2004 (zlib's method number)


def _unzip(chunks: Iterable[bytes], window: Callable[[int], int]) -> Iterator[bytes]:
    """Unpack *chunks* piece by piece: members one after the other, then perhaps padding."""
    unzip = None
    for chunk in chunks:
        data = chunk
        while data:
            if unzip is None or unzip.eof:
                if unzip is not None and not data.strip(b"\0"):
                    break
                unzip = zlib.decompressobj(window(data[0]))
            yield from _pieces(unzip, data)
            data = unzip.unused_data
    if unzip is not None and not unzip.eof:
        raise NetError("the answer broke off within its packed data; try later")


def _pieces(unzip: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = unzip.decompress(data, _PIECE)
        yield piece
        data = unzip.unconsumed_tail
        if unzip.eof or (not data and len(piece) < _PIECE):
            return
