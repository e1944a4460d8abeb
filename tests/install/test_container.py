"""What the image and compose.yaml promise: no root, a read-only root, one place to write to."""

from __future__ import annotations

import re

import yaml

from tests.install.built import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_image_runs_as_nobody_special_and_says_whether_it_works():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\S+)", last, re.MULTILINE)
    assert user
    assert user[1] not in {"root", "0"}
    assert (
        f"useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin {user[1]}"
        in last
    )
    assert re.search(r'^HEALTHCHECK .*CMD \["cxdigest", "health", "--served"\]', last, re.MULTILINE)


def test_compose_starts_with_one_command_and_gives_no_rights():
    for name in ("compose.yaml", "compose.cluster.yaml"):
        told = yaml.safe_load((ROOT / name).read_text("utf-8"))
        ours = [one for one in told["services"].values() if "cxdigest" in str(one.get("image"))]
        assert ours
        for service in ours:
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
            assert service["tmpfs"] == ["/tmp"]
            assert "no-new-privileges:true" in service["security_opt"]
            assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    alone = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    # A volume with a name takes its owner from the image; a folder would be root's.
    assert [one.split(":") for one in alone["services"]["cxdigest"]["volumes"]] == [
        ["data", "/data"]
    ]
    assert "data" in alone["volumes"]


def test_the_image_takes_in_all_that_the_wheel_is_built_of():
    taken = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()}
    assert {"pyproject.toml", "README.md", "LICENSE", "cxdigest", "templates"} <= taken
    for name in ("pyproject.toml README.md LICENSE", "cxdigest cxdigest", "templates templates"):
        assert f"COPY {name}" in DOCKERFILE
