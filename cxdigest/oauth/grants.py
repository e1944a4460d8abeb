"""The ways to a token: consent in a browser, a code for another device, renewal.

The edge to Authlib (RFC 6749, 7636, 8252, 8628): its errors and the network's become a
``TokenError``. Shows nothing and asks nobody; the command does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2 as httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client

from cxdigest.errors import TokenError
from cxdigest.oauth import Device, Login
from cxdigest.oauth.tokens import Token
from cxdigest.text import squash

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_SECONDS = 30.0
_USUAL = 3600  #: seconds that a token holds whose provider does not say
_ENDED = frozenset({"invalid_grant", "unauthorized_client", "invalid_client"})


class Consent:
    """Consent in a browser that comes back to *redirect*, an address on this machine."""

    def __init__(self, login: Login, redirect: str) -> None:
        self._login = login
        self._client = _client(login, redirect_uri=redirect)
        self._verifier = generate_token(64)
        self.url, self._state = self._client.create_authorization_url(
            login.provider.authorize_url,
            code_verifier=self._verifier,
            **login.provider.more,
        )  #: the page on which the person consents

    def token(self, answer: str, now: datetime) -> Token:
        """Return the token for *answer*, the address to which the browser was sent back.

        Raises:
            TokenError: consent was refused, the answer is another's, or the provider failed.
        """
        refused = dict(parse_qsl(urlsplit(answer).query))
        if "error" in refused:
            raise _refused(self._login, refused, "")
        with _translated(self._login):
            said = self._client.fetch_token(
                self._login.provider.token_url,
                authorization_response=answer,
                state=self._state,
                code_verifier=self._verifier,
            )
        return _token(self._login, said, now)


def device(login: Login, now: datetime) -> Device:
    """Ask for a code that the person types into a page on any device.

    Raises:
        TokenError: the provider gives none.
    """
    asked = {"client_id": login.client_id, "scope": login.provider.scope}
    with _translated(login), httpx.Client(timeout=_SECONDS) as client:
        answer = client.post(login.provider.device_url, data=asked)
        said = answer.json()
        if not isinstance(said, dict) or "device_code" not in said:
            raise _refused(login, said if isinstance(said, dict) else {}, str(answer.status_code))
        return Device(
            url=str(said.get("verification_uri") or said["verification_url"]),
            code=str(said["user_code"]),
            secret=str(said["device_code"]),
            every=timedelta(seconds=max(1, float(said.get("interval", 5)))),
            until=now + timedelta(seconds=float(said.get("expires_in", 900))),
        )


def awaited(
    login: Login, code: Device, *, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> Token:
    """Return the token once the person has typed *code*, asking as often as it allows.

    Raises:
        TokenError: the person refused, or did not do so in time.
    """
    every = code.every
    while clock() < code.until:
        sleep(every.total_seconds())
        try:
            with _translated(login):
                said = _client(login).fetch_token(
                    login.provider.token_url, grant_type=_DEVICE, device_code=code.secret
                )
        except _WaitError as wait:
            every += wait.longer
        else:
            return _token(login, said, clock())
    raise TokenError(f"nobody typed the code in time; run: cxdigest authorise {login.name}")


def renewed(login: Login, token: Token, now: datetime) -> Token:
    """Return the token that follows *token*.

    Raises:
        TokenError: the provider gives none, or cannot be asked.
    """
    with _translated(login):
        said = _client(login).refresh_token(login.provider.token_url, refresh_token=token.renewal)
    return _token(login, said, now)


class _WaitError(TokenError):
    """The person has not typed the code yet."""

    def __init__(self, longer: timedelta) -> None:
        super().__init__("not yet")
        self.longer = longer


def _client(login: Login, **more: Any) -> OAuth2Client:  # noqa: ANN401 - Authlib is untyped
    return OAuth2Client(
        client_id=login.client_id,
        client_secret=login.client_secret or None,
        # In the body, as Google and Microsoft document it; without a secret the id alone.
        token_endpoint_auth_method="client_secret_post" if login.client_secret else "none",
        code_challenge_method="S256",
        scope=login.provider.scope,
        timeout=_SECONDS,
        **more,
    )


def _token(login: Login, said: Any, now: datetime) -> Token:  # noqa: ANN401 - whatever it says
    access = said.get("access_token") if isinstance(said, dict) else None
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        raise TokenError(f"{login.provider.token_url} gave no token for the login {login.name}")
    try:
        seconds = float(said.get("expires_in") or _USUAL)
        ends = now.astimezone(UTC) + timedelta(seconds=seconds)
    except (TypeError, ValueError, OverflowError):
        ends = now.astimezone(UTC) + timedelta(seconds=_USUAL)
    return Token(
        access=access,
        renewal=str(said.get("refresh_token") or ""),
        ends=ends,
        granted=now.astimezone(UTC),
        dies=_dies(said, now),
    )


def _dies(said: dict[str, Any], now: datetime) -> datetime | None:
    """Return when the token for renewal ends, where the provider says so; Google does."""
    try:
        seconds = float(said.get("refresh_token_expires_in") or 0)
        return now.astimezone(UTC) + timedelta(seconds=seconds) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


@contextmanager
def _translated(login: Login) -> Iterator[None]:
    host = httpx.URL(login.provider.token_url).host
    try:
        yield
    except AuthlibBaseError as error:
        waits = {"authorization_pending": timedelta(), "slow_down": timedelta(seconds=5)}
        if error.error in waits:
            raise _WaitError(waits[error.error]) from error
        said = {"error": error.error, "error_description": error.description}
        raise _refused(login, said, "") from error
    except httpx.HTTPStatusError as error:
        raise TokenError(
            f"{host} failed ({error.response.status_code}) when asked for the token of the login "
            f"{login.name}; it is asked again",
            passing=True,
        ) from error
    except httpx.HTTPError as error:
        what = squash(str(error))[:200] or type(error).__name__
        raise TokenError(
            f"{host} cannot be asked for the token of the login {login.name}: {what}",
            passing=True,
        ) from error
    except (ValueError, LookupError, TypeError) as error:
        raise TokenError(
            f"{host} gave an answer that is no token for the login {login.name}", passing=True
        ) from error


def _refused(login: Login, said: dict[str, Any], status: str) -> TokenError:
    what = str(said.get("error") or status or "no reason given")
    why = squash(str(said.get("error_description") or ""))[:200]
    told = f"{what}: {why}" if why else what
    host = httpx.URL(login.provider.token_url).host
    way = (
        f"run: cxdigest authorise {login.name}. Google ends a login after seven days while its app "
        'is in "Testing", and every provider does when the password changes'
        if what in _ENDED
        else "check client_id and its secret, and what the app may do"
    )
    return TokenError(f"{host} refused a token for the login {login.name} ({told}); {way}")
