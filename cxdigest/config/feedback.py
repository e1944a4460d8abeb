"""How a reader's word on a posting comes back, where there is no page for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from cxdigest.config.addresses import is_address
from cxdigest.config.keys import Keys, unset
from cxdigest.config.values import Line
from cxdigest.config.wording import shown, wrong
from cxdigest.language import _


def _check_to(value: str) -> str:
    if is_address(value):
        return value
    raise wrong(
        _("{value} is not a mail address", value=shown(value)),
        _('write the address alone, "jobs@example.org"'),
    )


class FeedbackConfig(Keys):
    """How readers say what they think of a posting; docs/feedback.md says more."""

    to: Annotated[Line, AfterValidator(_check_to)] | None = unset(
        description="The address of a mailbox under sources. Digests hold links that write a mail "
        "to it, unless web.public_url is set: then they lead to pages. With neither, digests "
        "hold no such links.",
        examples=["jobs@example.org"],
    )
