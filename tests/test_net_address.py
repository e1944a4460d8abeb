"""Which addresses the HTTP client may reach, and that it reaches the ones that were checked."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from cxdigest.errors import ForbiddenAddressError, NetError
from cxdigest.net import Http
from cxdigest.net.address import networks, refusal
from tests.servers.need import binary
from tests.servers.web import LOOPBACK, Web, start, stop

TLS = ssl.create_default_context()  # takes a while to make


class Names:
    """A small world of names; each lookup of a name gets its next answer, the last for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("_", "."): list(said) for name, said in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        said = self._answers[host]
        return said.pop(0) if len(said) > 1 else said[0]


def fetch(url: str, **wishes: object) -> bytes:
    settings = {"user_agent": "cxdigest-tests", "pace": 0, "deadline": 30, "tls": TLS}
    http = Http(**{**settings, **wishes})
    try:
        return http.get(url).body
    finally:
        http.close()


PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.1.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.8",
    "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:10.0.0.1", "::127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:0a00:0001::1",
    "2001:0:1::1", "2001:db8::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "100::1", "4000::1", "dead::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
    "192.167.1.1", "223.255.255.1", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_addresses_that_are_not_public_are_refused_with_the_way_out(text: str):
    said = refusal(ip_address(text), ())
    assert "to net.allow" in said
    network = said.split("add ")[1].split(" to ")[0]
    assert refusal(ip_address(text), networks([network])) == ""  # the way out works


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_allowed(text: str):
    assert refusal(ip_address(text), ()) == ""


def test_an_allowed_network_opens_itself_and_nothing_else():
    allowed = networks(["10.1.0.0/16", "fd00::/8"])
    assert refusal(ip_address("10.1.2.3"), allowed) == ""
    assert refusal(ip_address("::ffff:10.1.2.3"), allowed) == ""
    assert refusal(ip_address("fd00::1"), allowed) == ""
    assert refusal(ip_address("10.2.0.1"), allowed)
    assert refusal(ip_address("169.254.169.254"), allowed)


def test_an_allowance_that_is_no_network_is_refused():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        networks(["10.0.0.1/8"])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "0x7f.1", "127.1",
     "0", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "①②⑦.⓪.⓪.①",
     "127.0.0.1.", "[0:0:0:0:0:0:0:1]", "%31%32%37.0.0.1", "169.254.169.254", "anna@127.0.0.1"],
)  # fmt: skip
def test_no_spelling_of_a_private_host_is_reached(web: Web, host: str):
    web.page("/secret", "inner")
    port = web.url.rpartition(":")[2]
    with pytest.raises(NetError):
        fetch(f"http://{host}:{port}/secret")
    assert web.requests == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1"])
def test_another_spelling_of_an_allowed_address_is_allowed(web: Web, host: str):
    web.page("/inner", "inner")
    port = web.url.rpartition(":")[2]
    assert fetch(f"http://{host}:{port}/inner", allow=LOOPBACK) == b"inner"


def test_the_message_names_address_and_way_out():
    with pytest.raises(ForbiddenAddressError) as caught:
        fetch("http://intranet.example/x", resolve=Names(intranet_example=[["10.3.2.1"]]))
    assert str(caught.value) == (
        "http://intranet.example/x: intranet.example is 10.3.2.1, which is private; "
        "if that is intended, add 10.0.0.0/8 to net.allow"
    )


def test_a_redirect_to_a_private_address_is_refused(web: Web):
    url = web.redirect("/feed", "http://169.254.169.254/latest/meta-data")
    with pytest.raises(ForbiddenAddressError, match=r"/feed → .*a cloud's metadata service"):
        fetch(url, allow=LOOPBACK)


def test_an_answer_that_changes_after_the_check_changes_nothing(web: Web):
    """127.0.0.1 stands for the public site, 127.0.0.2 for the inner one."""
    web.page("/feed", "public")
    names = Names(rebind_example=[["127.0.0.1"], ["127.0.0.2"]])
    url = web.url.replace("127.0.0.1", "rebind.example") + "/feed"
    http = Http(user_agent="t", pace=0, allow=["127.0.0.1/32"], resolve=names, tls=TLS)
    assert http.get(url).body == b"public"
    assert names.asked == ["rebind.example"]  # one lookup: what was checked was connected to
    http.close()
    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.2"):
        http.get(url)  # a new connection, a new lookup, a new check
    assert len(web.requests) == 1
    http.close()


def test_of_several_answers_only_permitted_ones_are_tried(web: Web):
    web.page("/feed", "public")
    names = Names(mixed_example=[["10.0.0.1", "odd", "::ffff:192.168.0.1", "127.0.0.1"]])
    url = web.url.replace("127.0.0.1", "mixed.example") + "/feed"
    assert fetch(url, allow=["127.0.0.1/32"], resolve=names) == b"public"


def test_an_address_that_does_not_answer_is_followed_by_the_next(web: Web):
    """Nobody listens on ::1 at this port."""
    web.page("/feed", "public")
    names = Names(dual_example=[["::1", "127.0.0.1"]])
    url = web.url.replace("127.0.0.1", "dual.example") + "/feed"
    assert fetch(url, allow=LOOPBACK, resolve=names) == b"public"


def test_a_name_without_addresses_is_named():
    with pytest.raises(NetError, match=r"empty\.example has no address"):
        fetch("http://empty.example/", resolve=Names(empty_example=[[]]))


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for feeds.example, its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "feeds.pem"
    subprocess.run(
        [binary("openssl", package="openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=feeds.example",
         "-addext", "subjectAltName=DNS:feeds.example", "-keyout", path, "-out", f"{path}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[Web, list[str | None]]]:
    names: list[str | None] = []
    server = start(certificate=certificate, names=names)
    yield server.world, names
    stop(server)


def test_tls_and_host_go_by_the_name_though_the_address_is_connected(
    secure: tuple[Web, list[str | None]], certificate: Path
):
    web, names = secure
    web.page("/feed", "safe")
    tls = ssl.create_default_context(cafile=certificate)
    resolve = Names(feeds_example=[["127.0.0.1"]])
    url = web.url.replace("127.0.0.1", "feeds.example") + "/feed"
    assert fetch(url, allow=LOOPBACK, resolve=resolve, tls=tls) == b"safe"
    assert names == ["feeds.example"]
    assert web.requests[0].headers["Host"].startswith("feeds.example:")


def test_a_certificate_for_another_name_is_refused(
    secure: tuple[Web, list[str | None]], certificate: Path
):
    web, _ = secure
    tls = ssl.create_default_context(cafile=certificate)
    resolve = Names(other_example=[["127.0.0.1"]])
    with pytest.raises(NetError, match=r"certificate is not valid \(.*other\.example"):
        fetch(
            web.url.replace("127.0.0.1", "other.example"),
            allow=LOOPBACK,
            resolve=resolve,
            tls=tls,
        )


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[Web, list[str | None]]):
    web, _ = secure
    with pytest.raises(NetError, match=r"certificate is not valid \(self.signed"):
        fetch(web.url, allow=LOOPBACK)
