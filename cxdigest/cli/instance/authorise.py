"""``cxdigest authorise``: get the token of a login, once, with a person at the keyboard."""

from __future__ import annotations

import http.server
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cxdigest import makers
from cxdigest.config import load
from cxdigest.errors import TokenError, WrongUseError
from cxdigest.language import _
from cxdigest.oauth import Login, Token
from cxdigest.oauth.grants import Consent, awaited, device
from cxdigest.oauth.tokens import read_token
from cxdigest.worker import clock

#: Seconds that a person has to consent in the browser.
_PATIENCE = 600
_DONE = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>cxdigest</title>"
    b"<p>cxdigest has its answer. You may close this page and go back to the terminal."
)


def authorise(config: Path, name: str, *, browser: bool, give: bool, take: bool) -> int:
    """Get the token of the login *name* and keep it; return the exit code.

    Without a *browser* on this machine, the person opens the page elsewhere and pastes the address
    to which it leads. *give* prints the token in place of keeping it, to be read with *take* on
    another machine.
    """
    settings = load(config)
    if name not in settings.logins:
        known = ", ".join(settings.logins) or _("none; add it under logins")
        raise WrongUseError(
            _(
                "there is no login {name} in {config}; there are: {known}",
                name=f"{name!r}",
                config=config,
                known=known,
            )
        )
    login = makers.login(name, settings.logins[name], clock)
    if take:
        token = _pasted(login)
    elif login.provider.device_url:
        token = _by_device(login)
    else:
        token = _by_browser(login) if browser else _by_pasting(login)
    if give:
        print(token.written())
        _tell(
            _(
                "Copy this line to the other machine: cxdigest authorise {name} --paste-token",
                name=name,
            )
        )
        return 0
    login.file.write(token)
    _tell(
        _(
            "{name}: the token is kept in {path} and renewed by itself.",
            name=name,
            path=login.file.path,
        )
    )
    if not token.renewal:
        _tell(_("It cannot be renewed: the provider gave no token for that. Check the scope."))
        return 1
    return 0


def _tell(words: str) -> None:
    print(words, file=sys.stderr)


def _by_device(login: Login) -> Token:
    code = device(login, clock())
    _tell(_("Open {url} on any device and type this code: {code}", url=code.url, code=code.code))
    return awaited(login, code, clock=clock, sleep=time.sleep)


def _by_browser(login: Login) -> Token:
    with _listening() as (port, answers):
        consent = Consent(login, f"http://127.0.0.1:{port}")
        _tell(
            _("Consent in the browser. If none opens, open this address:\n{url}", url=consent.url)
        )
        webbrowser.open(consent.url)
        answer = answers.wait()
    return consent.token(answer, clock())


def _by_pasting(login: Login) -> Token:
    consent = Consent(login, "http://127.0.0.1:1")
    _tell(
        _(
            "Open this address in a browser on any device and consent:\n{url}\nIt "
            "leads to a page that cannot be shown. Copy the address of that page and "
            "paste it here:",
            url=consent.url,
        )
    )
    answer = sys.stdin.readline().strip()
    if not _is_answer(answer):
        raise TokenError(_("that is no address with a code in it; run the command again"))
    return consent.token(answer, clock())


def _pasted(login: Login) -> Token:
    _tell(_("Paste the line that cxdigest authorise --print-token printed:"))
    return read_token(
        sys.stdin.readline().strip(), _("what was pasted for {name}", name=login.name)
    )


def _is_answer(address: str) -> bool:
    said = parse_qs(urlsplit(address).query)
    return "code" in said or "error" in said


class _Answers:
    """The address to which the browser was sent back."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._address = ""

    def take(self, address: str) -> None:
        self._address = address
        self._came.set()

    def wait(self) -> str:
        if not self._came.wait(_PATIENCE):
            raise TokenError(_("nobody consented in time; run the command again"))
        return self._address


@contextmanager
def _listening() -> Iterator[tuple[int, _Answers]]:
    """Listen on a port of this machine alone for the browser that comes back (RFC 8252)."""
    answers = _Answers()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = _is_answer(self.path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write(_DONE)
                answers.take(f"http://127.0.0.1{self.path}")

        def log_message(self, *_: object) -> None:
            """Say nothing: the address holds the code."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port, answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
