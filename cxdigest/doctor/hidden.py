"""What no line of a report may say: passwords, tokens, and addresses that hold them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from cxdigest.config import Config, FeedConfig, WebhookConfig

_LEAST = 4  #: letters; blotting out shorter ones would leave no sentence whole
_LONG = 12  #: letters of a part of an address that may be a secret


def secrets_of(config: Config) -> Iterator[str]:
    """Yield everything in *config* that is secret, and the paths of feeds and webhooks."""
    yield from (one for one in _secrets(config) if len(one) >= _LEAST)
    for one in (*config.sources.values(), *config.channels.values()):
        if isinstance(one, FeedConfig | WebhookConfig):
            yield from _of_address(one.url)
    if config.heartbeat.url:
        yield from _of_address(config.heartbeat.url.get_secret_value())


def _secrets(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a model holds
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _secrets(one)


def _of_address(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        secret = (parts.path, parts.query, parts.username, parts.password)
    except ValueError:
        return
    yield from (one for one in secret if one and len(one) >= _LONG)
