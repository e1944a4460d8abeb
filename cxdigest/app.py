"""The composition root: the only module that knows all concrete classes.

Turns a configuration into the street. Opens the store and reads rule packs; asks no server
anything.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cxdigest import rules as rule_engine
from cxdigest.channels import Channel
from cxdigest.channels.folder import FolderChannel
from cxdigest.channels.smtp import SmtpChannel
from cxdigest.config import (
    ChannelConfig,
    Config,
    FeedConfig,
    FolderChannelConfig,
    FolderSourceConfig,
    MailboxConfig,
    ProfileConfig,
    SmtpConfig,
    SourceConfig,
    load,
)
from cxdigest.model import Profile
from cxdigest.net import Http
from cxdigest.pipeline import Clock, Street
from cxdigest.render import environment
from cxdigest.sources import Source
from cxdigest.sources.feed import FeedSource
from cxdigest.sources.folder import FolderSource
from cxdigest.sources.mailbox import MailboxSource
from cxdigest.store import Store, open_store


def configuration(path: Path) -> Config:
    """Return the validated configuration at *path*.

    Raises:
        ConfigError: it cannot be used; lists every problem.
    """
    return load(path, os.environ)


def store(settings: Config) -> AbstractContextManager[Store]:
    """Return the open store of *settings*, closed at the end of the ``with``."""
    return closing(open_store(settings.store.url))
