"""The folder channel."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import pytest

from cxdigest.channels.folder import FolderChannel, file_stem
from cxdigest.errors import DeliveryError
from cxdigest.model import Enclosure
from tests.channels.digests import HTML, TEXT, delivery


def test_digest_is_written_as_mail_html_and_text(tmp_path: Path) -> None:
    channel = FolderChannel(name="out", path=tmp_path / "deep" / "out")
    receipt = channel.send(delivery(recipient="ada@mail.example"))
    stem = tmp_path / "deep" / "out" / "2026-11-21-ada-ada@mail.example"
    assert receipt.detail == f"{stem}.html"
    assert Path(f"{stem}.html").read_text(encoding="utf-8") == HTML
    assert Path(f"{stem}.txt").read_text(encoding="utf-8") == TEXT
    mail = email.message_from_bytes(Path(f"{stem}.eml").read_bytes(), policy=default)
    assert mail["Message-ID"] == delivery().message_id
    assert mail["To"] == "ada@mail.example"


def test_second_time_changes_nothing_and_nothing_else_stays(tmp_path: Path) -> None:
    channel = FolderChannel(name="out", path=tmp_path)
    channel.send(delivery())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    channel.send(delivery(attempts=2))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert len(before) == 3


def test_files_that_go_with_a_digest_lie_beside_it_and_its_pictures_are_shown(
    tmp_path: Path,
) -> None:
    picture = Enclosure(name="the week.png", media="image/png", content=b"PNG", cid="week@cx")
    tables = [
        Enclosure(name="../rest.csv", media="text/csv", content=content)
        for content in (b"first", b"second")
    ]
    sent = delivery(recipient="", html='<img src="cid:week@cx" alt="">')
    rendered = replace(sent.rendered, enclosures=(picture, *tables))
    FolderChannel(name="out", path=tmp_path / "out").send(replace(sent, rendered=rendered))
    (shown,) = re.findall('src="([^"]+)"', (tmp_path / "out/2026-11-21-ada.html").read_text())
    assert (tmp_path / "out" / unquote(shown)).read_bytes() == b"PNG"
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*-ada-*")}
    assert sorted(files.values()) == [b"PNG", b"first", b"second"]
    assert sorted(Path(name).suffix for name in files) == [".csv", ".csv", ".png"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folder_channel_needs_no_recipient(tmp_path: Path) -> None:
    channel = FolderChannel(name="out", path=tmp_path)
    assert channel.send(delivery(recipient="")).detail == str(tmp_path / "2026-11-21-ada.html")
    assert (tmp_path / "2026-11-21-ada.eml").exists()


@pytest.mark.parametrize(
    "profile",
    [
        "../../etc/passwd",
        "..",
        ".",
        "/",
        "a/b",
        "a\\b",
        "a\nb",
        "\0",
        "CON:x",
        "x" * 300,
        "",
    ],
)
def test_no_profile_and_no_recipient_writes_outside_the_folder(
    tmp_path: Path, profile: str
) -> None:
    folder = tmp_path / "out"
    FolderChannel(name="out", path=folder).send(delivery(profile=profile, recipient=""))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(list(folder.iterdir())) == 3
    assert "/" not in file_stem(delivery(profile="x", recipient=profile))


def test_different_names_never_become_one_file() -> None:
    names = ["a/b", "a_b", "a\\b", "a:b", "x" * 61, "x" * 62, "x" * 60]
    assert len({file_stem(delivery(profile=name)) for name in names}) == len(names)


def test_folder_that_cannot_be_written_is_named_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")
    channel = FolderChannel(name="out", path=tmp_path / "out")
    with pytest.raises(DeliveryError, match=r"cannot write 2026-11-21-ada.* in ") as caught:
        channel.send(delivery())
    assert not caught.value.permanent


def test_file_that_cannot_be_replaced_leaves_no_half_behind(tmp_path: Path) -> None:
    (tmp_path / "2026-11-21-ada.txt").mkdir()
    with pytest.raises(DeliveryError, match="cannot write 2026-11-21-ada in"):
        FolderChannel(name="out", path=tmp_path).send(delivery(recipient=""))
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11-21-ada.txt"]
