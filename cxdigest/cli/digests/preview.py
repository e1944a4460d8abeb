"""``cxdigest preview``: the digest as it would be, written to a folder and sent to nobody."""

from __future__ import annotations

import json as jsonlib
import sys
from pathlib import Path

from cxdigest import app, schedule
from cxdigest.cli.instance.run import poll_problems
from cxdigest.cli.instance.summary import shortest
from cxdigest.cli.terminal.given import day_given, profile_given
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _, speaking
from cxdigest.model import Delivery, Digest, Rendered
from cxdigest.pipeline import edition, take_in, written
from cxdigest.pipeline.deliveries.deliver import leaving_by
from cxdigest.render.view import subject
from cxdigest.worker import clock


def preview(config: Path, *, profile: str, day: str, out: Path, json: bool) -> int:
    """Write the digest of *profile* (every profile if empty) for *day* (today if empty).

    Sources that are due are polled first: on the first day there would be nothing to see without.
    """
    wanted = day_given(day, "--day")
    settings = load(config)
    with app.street(settings, clock=clock) as street:
        chosen = (profile_given(street, profile),) if profile else street.profiles
        if not chosen:
            raise WrongUseError(_("nobody gets digests yet; `cxdigest profile add` adds a person"))
        polled = take_in(street, everything=False).polled
        for problem in poll_problems(polled):
            print(f"cxdigest: {problem}", file=sys.stderr)
        channel = app.preview_channel(out)
        for one in chosen:
            now = clock()
            digest = edition(street, one, wanted or schedule.local_day(now, one.zone), now)
            (digest, rendered, _rows), problem = written(street, digest)
            if problem:
                print(
                    _("cxdigest: profile {name}: {problem}", name=one.name, problem=problem),
                    file=sys.stderr,
                )
            rendered = leaving_by(rendered, "")
            receipt = channel.send(unsent(one.name, digest, rendered))
            if json:
                print(jsonlib.dumps({"profile": one.name, "written": receipt.detail}))
            else:
                with speaking(one.language):
                    told = subject(digest)
                print(_("{name}: {digest}; nothing was sent", name=one.name, digest=told))
                print(f"  {shortest(Path(receipt.detail))}")
    return 1 if any(one.message for one in polled) else 0


def unsent(profile: str, digest: Digest, rendered: Rendered) -> Delivery:
    """Return a delivery that no store knows, so that a preview uses up no day."""
    return Delivery(
        id=f"preview-{profile}-{digest.day}",
        digest_id="preview",
        profile=profile,
        day=digest.day,
        channel="preview",
        recipient="preview",
        message_id=f"<preview.{profile}.{digest.day}@localhost>",
        made=digest.made,
        attempts=1,
        rendered=rendered,
    )
