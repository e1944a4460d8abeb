"""A small provider of tokens: consent, codes for devices, renewal, and the word on a token.

Speaks HTTP on a port of 127.0.0.1 as real providers do (RFC 6749, 7636, 7662, 8628): a wrong
verifier, a used code or a withdrawn login is refused with the error that they give.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "cxdigest-test", "a secret of the app"


@dataclass
class TokenServer:
    """What it gave and how it answers; a test changes it while it runs."""

    port: int
    user: str = "reader@mail.example"  #: whose consent is given
    lasts: int = 3600  #: seconds that a token is said to last
    consents: bool = True  #: the person says yes
    waits: list[str] = field(default_factory=list)  #: errors before a device's code is accepted
    broken: str = ""  #: sent in place of a token
    rotates: bool = False  #: a token for renewal is good for once
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    renewals: set[str] = field(default_factory=set)
    holding: dict[str, str] = field(default_factory=dict)  #: token to its user
    asked: list[str] = field(default_factory=list)  #: kinds of grants asked for, in order

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def browse(self, address: str) -> str:
        """Be the person's browser at *address* and at where it leads; return that address."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        try:
            urllib.request.build_opener(Stay).open(address, timeout=10)
        except urllib.error.HTTPError as answer:
            return answer.headers["Location"]
        raise AssertionError("no redirect")

    def withdraw(self) -> None:
        """End everything that was given, as a change of password does."""
        self.renewals.clear()
        self.holding.clear()

    def grant(self, said: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Answer a request for a token."""
        kind = said.get("grant_type", "")
        self.asked.append(kind)
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if kind == "authorization_code":
            known = self.codes.pop(said.get("code", ""), None)
            if known is None or known["challenge"] != _challenge(said.get("code_verifier", "")):
                return 400, {"error": "invalid_grant", "error_description": "Bad code."}
        elif kind == "refresh_token":
            if said.get("refresh_token") not in self.renewals:
                return 400, {
                    "error": "invalid_grant",
                    "error_description": "Token has been expired or revoked.",
                }
            if self.rotates:
                self.renewals.remove(said["refresh_token"])
        elif said.get("device_code") not in self.codes:
            return 400, {"error": "invalid_grant"}
        elif self.waits:
            return 400, {"error": self.waits.pop(0)}
        return 200, self._token(renewable=kind != "refresh_token" or self.rotates)

    def _token(self, *, renewable: bool) -> dict[str, object]:
        access, renewal = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.holding[access] = self.user
        answer: dict[str, object] = {"access_token": access, "token_type": "Bearer"}
        if self.lasts:
            answer["expires_in"] = self.lasts
        if renewable:
            self.renewals.add(renewal)
            answer["refresh_token"] = renewal
        return answer


def _challenge(verifier: str) -> str:
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


@contextmanager
def token_server(port: int = 0) -> Iterator[TokenServer]:
    """Run a provider on *port* for the time of the ``with``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            said = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self._consent(said)
            else:
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                user = server.holding.get(token)
                self._answer(200, {"active": user is not None, "username": user or ""})

        def _consent(self, said):
            code = secrets.token_urlsafe(12)
            server.codes[code] = {"challenge": said["code_challenge"]}
            answer = {"code": code} if server.consents else {"error": "access_denied"}
            where = said["redirect_uri"] + "?" + urlencode(answer | {"state": said["state"]})
            self.send_response(302)
            self.send_header("Location", where)
            self.end_headers()

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            said = {key: values[0] for key, values in parse_qs(body).items()}
            if self.path == "/device":
                code = secrets.token_urlsafe(12)
                server.codes[code] = {}
                self._answer(
                    200,
                    {
                        "device_code": code,
                        "user_code": "ABCD-EFGH",
                        "verification_uri": f"{server.url}/type",
                        "interval": 1,
                        "expires_in": 900,
                    },
                )
            elif server.broken:
                self._answer(200, server.broken)
            else:
                self._answer(*server.grant(said))

        def _answer(self, status, said):
            content = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server = TokenServer(port=http.server_port)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
