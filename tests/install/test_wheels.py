"""The check of wheels names what has none. The index itself is asked by hand: ``make wheels``."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

from tests.install.wheels import MACHINES, asked, line, python, words

ERROR = "ERROR: No matching distribution found for tide==1.0"


def url(file: str) -> dict[str, object]:
    return {"download_info": {"url": f"https://index.example/p/{file}#sha256=0"}}


def test_what_has_no_wheel_is_named_and_the_others_are_still_asked_for():
    questions = []

    def ask(words: list[str]) -> CompletedProcess[str]:
        with Path(words[-1]).open() as file:
            questions.append(file.read().split())
        if "tide==1.0" in questions[-1]:
            return CompletedProcess(words, 1, "", ERROR)
        report = {"install": [url("reed-2.0-py3-none-any.whl"), url("c-1-cp313-cp313-linux_x.whl")]}
        return CompletedProcess(words, 0, json.dumps(report), "")

    wheels, missing = asked("aarch64", {"reed": "2.0", "tide": "1.0", "c": "1"}, ask)
    assert missing == ["tide"]
    assert questions[1] == ["reed==2.0", "c==1"]
    told = line("aarch64", wheels, missing)
    assert told == f"aarch64, Python {python()}: 1 pure, 1 built for it; without a wheel: tide"


def test_both_machines_of_the_image_are_asked_for_wheels_alone(tmp_path):
    for machine in MACHINES:
        said = words(machine, tmp_path / "packages.txt")
        assert "--only-binary=:all:" in said
        assert f"--platform=manylinux_2_28_{machine}" in said
