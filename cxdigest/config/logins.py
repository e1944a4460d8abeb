"""The keys of a login by OAuth2, which sources and channels share."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from cxdigest.config.keys import Keys, raw, unset
from cxdigest.config.values import FilePath, Line, WebUrl
from cxdigest.config.wording import wrong
from cxdigest.language import _

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class LoginConfig(Keys):
    """A login with a token in place of a password; docs/logins.md says how to begin."""

    provider: Literal["google", "microsoft", "other"] = Field(
        description="Whose login it is: google (Gmail), microsoft (Outlook, Microsoft 365), or "
        "other with addresses of its own.",
        examples=["google"],
    )
    client_id: Line = Field(
        description="The id of the app that you registered with the provider.",
        examples=["1234-abc.apps.googleusercontent.com"],
    )
    client_secret: SecretStr | None = unset(
        description="The app's secret, where the provider gave one. Better kept out of this file: "
        "see the next two keys.",
        examples=["GOCSPX-abc"],
    )
    client_secret_env: Line | None = unset(
        description="The name of the environment variable that holds it.",
        examples=["CXDIGEST_CLIENT_SECRET"],
    )
    client_secret_file: FilePath | None = unset(
        description="A file that holds it and nothing else.",
        examples=["secrets/client"],
    )
    token_file: FilePath = Field(
        description="Where the token is kept; cxdigest authorise makes the file, readable for you "
        "alone.",
        examples=["secrets/google-token"],
    )
    tenant: Line = Field(
        default=raw("common"),
        description="For microsoft: your organisation, or common for any account.",
    )
    authorize_url: WebUrl | None = unset(
        description="For other: the page on which a person consents in a browser.",
        examples=["https://login.example.org/authorize"],
    )
    device_url: WebUrl | None = unset(
        description="For other: where a code for another device is had; with it no browser on this "
        "machine is needed.",
        examples=["https://login.example.org/device"],
    )
    token_url: WebUrl | None = unset(
        description="For other: where tokens are had.",
        examples=["https://login.example.org/token"],
    )
    scope: Line | None = unset(
        description="For other: what the token is for.", examples=["mail offline_access"]
    )

    @model_validator(mode="after")
    def _fits_its_provider(self) -> LoginConfig:
        own = {
            "authorize_url": self.authorize_url,
            "device_url": self.device_url,
            "token_url": self.token_url,
            "scope": self.scope,
        }
        given = [name for name, value in own.items() if value]
        if self.provider != "other" and given:
            raise wrong(
                _("{given} is known for {provider}", given=given[0], provider=self.provider),
                _("remove {given}, or write provider: other", given=given[0]),
            )
        if self.provider == "other":
            if not self.token_url:
                raise wrong(_("token_url is missing"), _("write where the provider gives tokens"))
            if not (self.authorize_url or self.device_url):
                raise wrong(
                    _("authorize_url is missing"), _("write the page of consent, or device_url")
                )
        for name in given:
            url = urlsplit(own[name] or "")
            if name != "scope" and url.scheme == "http" and url.hostname not in _LOOPBACK:
                raise wrong(
                    _("{name} is not protected", name=name), _("write its https:// address")
                )
        return self
