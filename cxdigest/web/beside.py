"""The pages of a street, served beside its worker: where the parts of this room come together."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

from cxdigest.config import Config
from cxdigest.config.addresses import is_loopback
from cxdigest.feedback import Signer
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.web.desk import Desk
from cxdigest.web.first_code import FirstCode
from cxdigest.web.look import templates
from cxdigest.web.present import Present
from cxdigest.web.server import serving
from cxdigest.web.site import site

log = logging.getLogger(__name__)


@contextlib.contextmanager
def beside(
    street: Street,
    address: tuple[str, int] | socket.socket,
    *,
    public_url: str = "",
    config: Config | None = None,
    code: FirstCode | None = None,
    wake: Callable[[], None] = lambda: None,
    alone: bool = False,
) -> Iterator[tuple[str, int]]:
    """Serve the pages of *street* at *address* for the time of the ``with``; yields what was bound.

    *wake* has the worker beside them look at once what is due; *code* was shown in the log already.
    *alone*, the public address is this machine's own, so that nobody signs in here either.

    Raises:
        WrongUseError: the address cannot be listened at.
        StoreError: the database failed.
    """
    desk = desk_for(street, public_url=public_url)
    proxy = config.web.proxy if config and config.web else None
    host = address.getsockname()[0] if isinstance(address, socket.socket) else address[0]
    alone = is_loopback(host) and (alone or not public_url) and proxy is None
    code = None if alone or street.store.has_users() else code or FirstCode()
    desk = replace(desk, config=config, wake=wake, alone=alone, proxy=proxy, first_code=code)
    with serving(site(desk), address) as bound:
        if code:
            log.warning(
                "nobody may sign in yet; open the pages and make the first admin with the code %s",
                code.words,
            )
        yield bound


def desk_for(street: Street, *, public_url: str = "") -> Desk:
    """Return what the pages of *street* work with."""
    present = Present(street)

    def profile(name: str) -> Profile | None:
        return present().profile(name)

    return Desk(
        store=street.store,
        signer=Signer(street.store.instance_key()),
        templates=templates(),
        clock=street.clock,
        profile=profile,
        fingerprint=street.fingerprint,
        public_url=public_url,
        street=present,
    )
