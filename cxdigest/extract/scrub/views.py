"""Text behind an encoding, changed in place: the escapes around it stay as they were written.

Pure. A view decodes a text letter by letter, has the plain text changed to another of the same
length, and writes each letter that changed in the way in which it stood there.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable

from cxdigest.extract.mails.mime import in_words
from cxdigest.text import in_encoding, unescaped

Change = Callable[[str], str]  #: a text to another of the same length

_MARKUP = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});|\\u[0-9a-fA-F]{4}|\\/")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
#: Not the sign before a key that some sender left bare, which ``mime`` repairs: it stays so.
_QUOTED = re.compile(
    rb"(?<=[?&;]jk)=(?=(?:[0-9a-f](?:=\r?\n)?){16}(?![0-9a-f]|=\r?\n[0-9a-f]))"
    rb"|=\r?\n|(?:=[0-9a-fA-F]{2})+"
)
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_NO_LINK = re.compile(rb'(https?://[^"]+)|[A-Za-z0-9_-]{6,}')
_GZIP = b"\x1f\x8b"
_MOST = 1_000_000


def in_markup(text: str, change: Change) -> str:
    """Change what stands behind entities of HTML and escapes of JSON."""
    if "&" not in text and "\\" not in text:
        return change(text)
    return _behind(text, _MARKUP, _unmark, _mark, change)


def in_percent(text: str, change: Change) -> str:
    """Change what stands behind percent signs."""
    if "%" not in text:
        return change(text)
    return _behind(text, _PERCENT, _unpercent, _percent, change)


def _behind(
    text: str,
    escape: re.Pattern[str],
    read: Callable[[str], list[tuple[str, str]]],
    write: Callable[[str, str], str],
    change: Change,
) -> str:
    """Change *text* behind *escape*; *read* gives (as written, plain) pairs, *write* the new."""
    units: list[tuple[str, str]] = []
    at = 0
    for found in escape.finditer(text):
        units += [(char, char) for char in text[at : found.start()]]
        units += read(found[0])
        at = found.end()
    units += [(char, char) for char in text[at:]]
    new = change("".join(plain for _, plain in units))
    return "".join(
        written if plain == char else char if written == plain else write(written, char)
        for (written, plain), char in zip(units, new, strict=True)
    )


def _unmark(written: str) -> list[tuple[str, str]]:
    if written == "\\/":
        plain = "/"
    elif written.startswith("\\u"):
        plain = chr(int(written.removeprefix("\\u"), base=16))
    else:
        plain = unescaped(written)
    return [(written, plain)] if len(plain) == 1 else [(char, char) for char in written]


def _mark(written: str, char: str) -> str:
    if written.startswith("\\u"):
        return f"\\u{ord(char):04x}"
    return f"&#{ord(char):0{max(1, len(written) - 3)}d};" if written.startswith("&#") else char


def _unpercent(written: str) -> list[tuple[str, str]]:
    data = binascii.unhexlify(written.replace("%", ""))
    try:
        chars = data.decode("utf-8")
    except UnicodeDecodeError:
        chars = data.decode("latin-1")
        return [(written[3 * at : 3 * at + 3], char) for at, char in enumerate(chars)]
    units, at = [], 0
    for char in chars:
        size = 3 * len(char.encode())
        units.append((written[at : at + size], char))
        at += size
    return units


def _percent(_written: str, char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))


def in_base64_token(token: str, change: Change) -> str | None:
    """Change the link that *token* holds in base64, packed or not; None where it holds none."""
    plain = token.rstrip("=~")
    data = unbase64(plain)
    packed = data.startswith(_GZIP)
    inner = _unpacked(data) if packed else data
    if b"http" not in inner:
        return None
    new = change(inner.decode("latin-1")).encode("latin-1", "replace")
    if packed:
        new = min((_packed(one, len(data)) for one in (new, _emptied(new))), key=len)
    out = base64.b64encode(new).decode("ascii").rstrip("=")
    if "-" in plain or "_" in plain or not ("+" in plain or "/" in plain):
        out = out.replace("+", "-").replace("/", "_")
    return out + token[len(plain) :] if len(out) == len(plain) else None


def _emptied(inner: bytes) -> bytes:
    """Return *inner* with nothing in it but its links, so that it packs well."""
    return _NO_LINK.sub(lambda found: found[1] or b"x" * len(found[0]), inner)


def unbase64(token: str) -> bytes:
    """Return what *token* says in base64 of either alphabet, nothing where it says nothing."""
    token = token.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MOST)
    except zlib.error:
        return b""


def _packed(data: bytes, size: int) -> bytes:
    """Pack *data*; zeros behind it, which readers pass, make up for what it lost in length."""
    packer = zlib.compressobj(9, wbits=31)
    out = packer.compress(data) + packer.flush()
    return out.ljust(size, b"\0")


def in_header_words(value: str, change: Change) -> str:
    """Change a header's *value*, given a letter a byte, also within its encoded words."""
    out: list[str] = []
    at = 0
    for found in _WORD.finditer(value):
        out += [change(value[at : found.start()]), _word(found, change)]
        at = found.end()
    return "".join([*out, change(value[at:])])


def _word(found: re.Match[str], change: Change) -> str:
    charset, how, text = found[1], found[2], found[3]
    data = text.encode("latin-1", "replace")
    packed = how in "bB"
    plain = unbase64(text.rstrip("=")) if packed else binascii.a2b_qp(data, header=True)
    new = _in_charset(plain, charset.partition("*")[0], change)
    if new == plain:
        return found[0]
    if packed:
        return f"=?{charset}?{how}?{base64.b64encode(new).decode('ascii')}?="
    letters = ("_" if byte == ord(" ") else _q_letter(byte) for byte in new)
    return f"=?{charset}?{how}?{''.join(letters)}?="


def _q_letter(byte: int) -> str:
    char = chr(byte)
    return char if char.isascii() and char.isalnum() else f"={byte:02X}"


def _in_charset(data: bytes, charset: str, change: Change) -> bytes:
    """Change *data* as the text that it is in *charset*, and in the same bytes elsewhere."""
    for name in (charset or "utf-8", "utf-8", "cp1252", "latin-1"):
        try:
            words = in_encoding(data, name)
            if words.encode(name) == data:
                return change(words).encode(name, "replace")
        except (LookupError, ValueError):
            continue
    return change(in_words(data, charset)).encode("utf-8", "replace")


def in_body(body: bytes, encoding: str, charset: str, change: Change) -> bytes:
    """Change a *body* behind its transfer *encoding*, line by line as long as before."""
    return behind(body, encoding, lambda data: _in_charset(data, charset, change))


def behind(body: bytes, encoding: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change the bytes of a *body* behind its transfer *encoding*."""
    if encoding == "base64":
        return _in_base64(body, change)
    if encoding == "quoted-printable":
        return _in_quoted(body, change)
    return change(body)


def filled(body: bytes, encoding: str) -> bytes:
    """Return a *body* of the same size that says nothing."""
    if encoding == "base64":
        return _in_base64(body, lambda data: b"x" * len(data))
    return re.sub(rb"[^\r\n]", b"x", body)


def _in_base64(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    letters = letters[: len(letters) // 4 * 4] if len(letters) % 4 == 1 else letters
    data = binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    new = base64.b64encode(change(data))
    lines = body.splitlines(keepends=True)
    width = max((len(line.strip()) for line in lines), default=76) or 76
    end = b"\r\n" if b"\r\n" in body else b"\n"
    pieces = [new[at : at + width] for at in range(0, len(new), width)]
    tail = end if body.endswith(b"\n") else b""
    return end.join(pieces) + tail


def _in_quoted(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change what is quoted-printable; breaks that do not count stay between the same bytes."""
    units: list[tuple[bytes, bytes]] = []
    at = 0
    for found in _QUOTED.finditer(body):
        units += [(body[n : n + 1], body[n : n + 1]) for n in range(at, found.start())]
        if found[0] == b"=":
            units.append((b"=", b"="))
        elif found[0].endswith(b"\n"):
            units.append((found[0], b""))
        else:
            data = binascii.unhexlify(found[0].replace(b"=", b""))
            units += [(found[0][3 * n : 3 * n + 3], data[n : n + 1]) for n in range(len(data))]
        at = found.end()
    units += [(body[n : n + 1], body[n : n + 1]) for n in range(at, len(body))]
    new = change(b"".join(plain for _, plain in units))
    if len(new) != sum(len(plain) for _, plain in units):
        return binascii.b2a_qp(new)
    bytes_left = iter(new)
    out = []
    for written, plain in units:
        byte = bytes([next(bytes_left)]) if plain else b""
        out.append(written if byte == plain else byte if written == plain else b"=%02X" % byte[0])
    return b"".join(out)
