"""The links that digests get are ones that the pages take: the whole street, built from a file."""

from __future__ import annotations

from pathlib import Path

from cxdigest import app
from cxdigest.config import load
from cxdigest.model import Candidate, Digest
from cxdigest.web.beside import beside
from tests.asking import asking
from tests.channels.digests import delivery
from tests.store.world import NOW, RENDERED, TODAY, posting_id, read, sighting, take_in
from tests.web.test_said import button

CONFIG = """
store: {{url: {folder}/x.sqlite}}
sources: {{inbox: {{type: folder, path: {folder}}}}}
channels: {{mail: {{type: smtp, host: smtp.example, sender: digest@mail.example}}}}
profiles:
  ada:
    name: Ada
    sources: [inbox]
    time_zone: UTC
    deliver: [{{channel: mail, to: [ada@mail.example]}}]
web: {{public_url: https://digest.example}}
"""


def test_links_of_a_digest_lead_to_their_pages(tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(folder=tmp_path))
    settings = load(config)
    role = sighting()
    with app.street(settings, clock=lambda: NOW) as street:
        take_in(street.store, read("a", role))
        posting = street.store.posting(posting_id(role))
        assert posting
        shown = Candidate(posting=posting, verdict=None, seen=())
        (ada,) = street.profiles
        edition = Digest(profile="ada", day=TODAY, made=NOW, genuine=(shown,))
        digest = street.store.record_digest(edition, RENDERED, ada.recipients, now=NOW)
        assert digest
        (sent,) = street.store.sent_to("ada@mail.example")
        assert street.unsubscribe
        stop = street.unsubscribe(delivery(id=sent.delivery, channel="mail"))
        assert street.actions
        actions = street.actions(ada, digest, shown)
        with (
            beside(street, ("127.0.0.1", 0), public_url=settings.public_url) as (host, port),
            asking((host, port)) as client,
        ):
            for link in (stop, *(one.url for one in actions)):
                assert link.startswith("https://digest.example/")
                page = client.get(link.removeprefix("https://digest.example"))
                assert page.status_code == 200, link
                assert client.post(button(page)).status_code == 200
        assert [one.recipient for one in street.store.pauses("ada")] == ["ada@mail.example"]
        said = {row.word for row in street.store.feedback_rows("ada")}
        assert said == {one.word for one in actions} != set()
