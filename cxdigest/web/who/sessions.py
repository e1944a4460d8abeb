"""The cookie of a browser that is signed in: 256 random bits, of which the store has the SHA-256.

Under ``__Host-`` no neighbour's page can put a cookie of its own in its place; that name needs
https. On this very machine, where there is none, the cookie has a plain name. ``SameSite=Lax``,
since people follow links from their mails to their digest.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from cxdigest.config.addresses import is_loopback
from cxdigest.console.instance.users import digest_of
from cxdigest.store import User
from cxdigest.web.caller import host_of, is_passed_on
from cxdigest.web.desk import Desk

IDLE = timedelta(days=7)  #: unused for so long a session ends
LASTS = timedelta(days=30)  #: and after so long in any case
_PLAIN, _SAFE = "cxdigest", "__Host-cxdigest"
_LONGEST = 100


def secret_of(request: Request) -> str:
    """Return what the browser holds; ``""``: nothing that counts at this address."""
    held = request.cookies.get(_SAFE, "")
    if not held and _is_plain(request):
        held = request.cookies.get(_PLAIN, "")
    return held if len(held) <= _LONGEST else ""


def begin(desk: Desk, request: Request, response: Response, user: User) -> bool:
    """Sign *user* in, and out of what this browser held before; False: they just changed."""
    secret, now = secrets.token_urlsafe(32), desk.clock()
    end(desk, request, response)
    if not desk.store.begin_session(digest_of(secret), user, now=now, ends=now + LASTS):
        return False
    # A proxy may ask us under a name of this machine; the browser says how it asked the proxy.
    safe = not _is_plain(request) or urlsplit(request.headers.get("origin", "")).scheme == "https"
    response.set_cookie(
        _SAFE if safe else _PLAIN,
        secret,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=safe,
        httponly=True,
        samesite="lax",
    )
    return True


def end(desk: Desk, request: Request, response: Response) -> None:
    """End the session that this browser holds, and have it forget."""
    digest = digest_of(secret_of(request))
    if found := desk.store.session(digest, now=desk.clock(), idle=IDLE):
        desk.store.end_sessions(found[1].name, [digest])
    for name in (_PLAIN, _SAFE):
        if name in request.cookies:
            response.delete_cookie(
                name, path="/", secure=name == _SAFE, httponly=True, samesite="lax"
            )


def _is_plain(request: Request) -> bool:
    """Tell whether this is http on this very machine, as far as a request can show."""
    return is_loopback(host_of(request)) and not is_passed_on(request)
