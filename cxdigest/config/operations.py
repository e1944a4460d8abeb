"""How an instance is kept and watched: the keys of the sections ``backup`` and ``heartbeat``."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from cxdigest.config.addresses import check_web_url
from cxdigest.config.keys import Keys, raw, unset
from cxdigest.config.values import FilePath, Line, Switch, Whole
from cxdigest.config.wording import wrong
from cxdigest.language import _

#: Letters of a token that opens what nobody else may read: fewer can be tried out.
_FEWEST_LETTERS = 16


def _check_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if len(token) < _FEWEST_LETTERS or not token.isascii() or not token.isprintable():
        raise wrong(
            _("is too short, or holds more than letters, digits and signs"),
            _(
                "write {fewest_letters} of them at least; make one: openssl rand -hex 24",
                fewest_letters=_FEWEST_LETTERS,
            ),
        )
    return value


def _check_url(value: SecretStr) -> SecretStr:
    check_web_url(value.get_secret_value())
    return value


#: What a program shows to be let in.
Token = Annotated[SecretStr, AfterValidator(_check_token)]
_Url = Annotated[SecretStr, AfterValidator(_check_url)]


class HeartbeatConfig(Keys):
    """Who is told each day that the digests are out; docs/operations.md says more."""

    url: _Url | None = unset(
        description="The address that is called when all digests which were due are out, and with "
        "/fail behind it when they are stuck: a check of healthchecks.io or a push monitor of "
        "Uptime Kuma, told by its /api/push/. A private network must stand in net.allow. Who "
        "knows the address can keep the watcher quiet; better kept out of this file: see the "
        "next two keys.",
        examples=["https://hc-ping.com/your-check"],
    )
    url_env: Line | None = unset(
        description="The name of the environment variable that holds it.",
        examples=["CXDIGEST_HEARTBEAT"],
    )
    url_file: FilePath | None = unset(
        description="A file that holds it and nothing else.", examples=["secrets/heartbeat"]
    )


class BackupConfig(Keys):
    """Copies of the store that are made without being asked for; docs/operations.md says more."""

    folder: FilePath | None = unset(
        description="Where they are kept. Without this key, in the folder backups beside an SQLite "
        "store, and beside this file where the store is PostgreSQL.",
        examples=["/mnt/elsewhere/cxdigest"],
    )
    keep: Annotated[Whole, Field(ge=1, le=1000)] = Field(
        default=raw(7), description="How many are kept; older ones are removed."
    )
    daily: Switch = Field(default=True, description="Whether one is made each day.")
    before_migration: Switch = Field(
        default=True,
        description="Whether one is made before a newer cxdigest changes the tables. Where it "
        "cannot be made, nothing is changed and the program ends.",
    )
