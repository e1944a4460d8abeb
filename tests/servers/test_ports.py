"""A port that was given is nobody else's, and a server may listen there."""

from __future__ import annotations

import socket

import pytest

from tests.servers.ports import free_port, free_ports


def test_no_port_is_given_twice_nor_to_anybody_else():
    given = free_ports(40)
    assert len(set(given)) == 40
    others = [socket.create_server(("127.0.0.1", 0)) for _ in range(200)]
    taken = {one.getsockname()[1] for one in others}
    for one in others:
        one.close()
    assert taken.isdisjoint(given)


def test_nobody_listens_there_until_a_server_does():
    port = free_port()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    for host in ("127.0.0.1", ""):
        with socket.create_server((host, port)), socket.create_connection(("127.0.0.1", port)):
            pass
