"""Logins without a password: tokens that a person grants once and that are renewed in time.

Keeps a token in a file that its owner alone may read, and renews it before it ends. Knows no mail
server: whoever logs in asks ``Login.access_token``. Talking to a provider is ``oauth.grants``',
which is loaded when a token must be had, because its library takes long to load.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, cast

from cxdigest.errors import TokenError
from cxdigest.oauth.tokens import Token, TokenFile

__all__ = ["GOOGLE", "Device", "Grants", "Login", "Provider", "Token", "TokenFile", "microsoft"]

#: A token that ends sooner is renewed first: a poll of a large mailbox takes a while.
LEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a provider gives tokens, and for what. Addresses are https."""

    token_url: str
    scope: str
    authorize_url: str = ""  #: where a person consents in a browser
    device_url: str = ""  #: where a code for another device is had; empty: it has none for mail
    more: Mapping[str, str] = field(default_factory=dict)  #: further parts of authorize_url


#: Google's codes for devices grant no access to mail, so its consent is given in a browser.
GOOGLE = Provider(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address, not a token
    scope="https://mail.google.com/",
    # A token for renewal is given only for these, and to who consented before only when asked.
    more={"access_type": "offline", "prompt": "consent"},
)


def microsoft(tenant: str = "common") -> Provider:
    """Return Microsoft's addresses for *tenant*: ``common``, ``consumers`` or an organisation's."""
    base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    outlook = "https://outlook.office.com"
    return Provider(
        authorize_url=f"{base}/authorize",
        device_url=f"{base}/devicecode",
        token_url=f"{base}/token",
        scope=f"{outlook}/IMAP.AccessAsUser.All {outlook}/SMTP.Send offline_access",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a person types into a page on any device to consent."""

    url: str  #: the page
    code: str  #: what to type there
    secret: str = field(repr=False)  #: by which we ask whether the person has done so
    every: timedelta  #: how often we may ask
    until: datetime  #: when the code ends, UTC


class Grants(Protocol):
    """What ``oauth.grants`` does: one call a way to a token."""

    def renewed(self, login: Login, token: Token, now: datetime) -> Token:
        """Return the token that follows *token*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One account at a provider, shared by all sources and channels that name it."""

    name: str  #: its key in the configuration
    provider: Provider
    client_id: str  #: of the app that the person registered
    client_secret: str = field(default="", repr=False)
    file: TokenFile
    clock: Callable[[], datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def access_token(self) -> str:
        """Return a token that holds for at least ``LEAD``, renewed and stored if need be.

        Raises:
            TokenError: there is none, or the provider gives no new one; says what to do.
        """
        with self._lock:
            # Another process may have renewed it: the file is the truth.
            token = self.file.read()
            if token is None:
                raise TokenError(
                    f"the login {self.name} has no token yet; run: cxdigest authorise {self.name}"
                )
            if token.ends - self.clock() > LEAD:
                return token.access
            return self._renew(token).access

    def _renew(self, token: Token) -> Token:
        if not token.renewal:
            raise TokenError(
                f"the token of the login {self.name} has ended and cannot be renewed; run: "
                f"cxdigest authorise {self.name}"
            )
        grants = cast("Grants", importlib.import_module("cxdigest.oauth.grants"))
        try:
            fresh = grants.renewed(self, token, self.clock())
        except TokenError:
            # Two processes at once: a provider may refuse the slower one its used token.
            other = self.file.read()
            if other is None or other == token or other.ends - self.clock() <= LEAD:
                raise
            return other
        # Not every provider names a new token for renewal each time.
        same = not fresh.renewal or fresh.renewal == token.renewal
        fresh = replace(
            fresh,
            renewal=fresh.renewal or token.renewal,
            granted=token.granted,
            dies=fresh.dies or (token.dies if same else None),
        )
        self.file.write(fresh)
        return fresh
