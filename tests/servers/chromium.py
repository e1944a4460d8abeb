"""Debian's Chromium, driven over its debugging pipe: pictures and measures of a page at any width.

The pipe needs no port and no client library. Headless windows are never narrower than about 500
pixels, so the width is set by emulation. Nothing is ever fetched: every host is unresolvable.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.need import binary

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--no-first-run", "--no-default-browser-check", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--disable-default-apps", "--mute-audio", "--password-store=basic",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip

#: Chromium reads commands from descriptor 3 and writes answers to 4.
_LAUNCH = """
import fcntl, os, sys
read, write = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]]
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Chromium:
    """One headless browser with one tab."""

    def __init__(self, path: str, profile: Path) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _LAUNCH, str(theirs_in), str(theirs_out), path),
                *(*_FLAGS, f"--user-data-dir={profile}", "about:blank"),
            ],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(profile), "XDG_CONFIG_HOME": str(profile)},
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._answers, self._commands = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self._number = 0
        self._held = b""
        self._session = ""
        targets = self._ask("Target.getTargets")["targetInfos"]
        page = next(found["targetId"] for found in targets if found["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def screenshot(self, html_path: Path, png_path: Path, width: int, dark: bool = False) -> None:
        """Draw the whole page as it looks *width* CSS pixels wide."""
        self._open(html_path, width, dark)
        height = self._value("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self._ask(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip
        )
        png_path.write_bytes(base64.b64decode(shot["data"]))

    def measure(self, html_path: Path, width: int, script: str, dark: bool = False) -> Any:
        """Return what the JavaScript expression *script* says of the page."""
        self._open(html_path, width, dark)
        return self._value(script)

    def close(self) -> None:
        self._ask("Browser.close", session=False)
        self._commands.close()
        self._answers.close()
        self._process.wait(timeout=60)

    def _open(self, path: Path, width: int, dark: bool) -> None:
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=800, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self._ask("Page.navigate", url=path.resolve().as_uri())
        while self._read().get("method") != "Page.loadEventFired":
            pass

    def _value(self, script: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def _ask(self, method: str, session: bool = True, **params: Any) -> Any:
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if session and self._session:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        self._commands.flush()
        while (answer := self._read()).get("id") != self._number:
            pass
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            more = self._answers.read1(1 << 16)
            assert more, "Chromium ended"
            self._held += more
        message, self._held = self._held.split(b"\0", 1)
        return json.loads(message)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A running Chromium with ``screenshot`` and ``measure``."""
    browser = Chromium(binary("chromium", package="chromium"), tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()
