"""Files that a page gives out: always to be kept, never opened by the browser itself."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from cxdigest.channels.body import file_name


def attachment(name: str, content: bytes) -> Response:
    """Return *content* as a file to be saved; its name leads nowhere and breaks no header."""
    safe = file_name(name)
    plain = "".join(char if char.isascii() and char not in '"\\' else "_" for char in safe)
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": told},
    )
