"""A page by its address: bounded in size, type and redirects, and never into the own network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.fetching import REDIRECTS, fetch

PAGE = b"<html><body><h1>Guide</h1><p>Words.</p></body></html>"


class Handler(BaseHTTPRequestHandler):
    """Pages by path: `/redirect/3` leads on three times, `/large` sends as much as is asked for."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.headers["Host"] + self.path)
        if self.path.startswith("/redirect/"):
            left = int(self.path.rpartition("/")[2])
            return self.reply(302, b"", Location=f"/redirect/{left - 1}" if left > 1 else "/guide/part-a")
        if self.path == "/elsewhere":
            port = self.headers["Host"].rpartition(":")[2]
            return self.reply(302, b"", Location=f"http://other.example:{port}/guide")
        if self.path == "/away":
            return self.reply(302, b"", Location="file:///etc/passwd")
        if self.path == "/picture":
            return self.reply(200, b"x", **{"Content-Type": "image/png"})
        if self.path == "/large":
            return self.reply(200, b"x" * 5000, **{"Content-Type": "text/plain"})
        if self.path == "/guide.pdf":
            return self.reply(200, b"%PDF-", **{"Content-Type": "application/pdf"})
        if self.path == "/missing":
            return self.reply(404, b"")
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
            return None
        return self.reply(200, PAGE, **{"Content-Type": "text/html; charset=utf-8"})

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    handler = type("Seen", (Handler,), {"seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as held:
        thread = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{held.server_port}", handler.seen
        held.shutdown()


def test_a_page_becomes_a_file_named_after_it_and_goes_afterwards(server: tuple[str, list[str]]) -> None:
    with fetch(server[0] + "/guide/part-a?x=1", private=True) as path:
        assert path.name == "part-a.html"
        assert path.read_bytes() == PAGE
    assert not path.exists()


@pytest.mark.parametrize(
    ("address", "name"), [("/guide.pdf", "guide.pdf"), ("/", "page.html"), ("/a%2F..%2Fb", "a-2F..-2Fb.html")]
)
def test_the_name_is_plain_and_ends_as_the_type_says(server: tuple[str, list[str]], address: str, name: str) -> None:
    with fetch(server[0] + address, private=True) as path:
        assert path.name == name


def test_redirects_are_followed_to_a_bound(server: tuple[str, list[str]]) -> None:
    with fetch(f"{server[0]}/redirect/{REDIRECTS}", private=True) as path:
        assert path.name == "part-a.html"
    with (
        pytest.raises(UnreadableDocument, match="redirects more than 5 times"),
        fetch(f"{server[0]}/redirect/{REDIRECTS + 1}", private=True),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/picture", "is of type 'image/png'; download it and add the file"),
        ("/missing", "answers with status 404; check the address"),
        ("/away", "'file:///etc/passwd' is not an http or https address"),
        ("/cut", "can't be fetched"),
    ],
)
def test_what_can_not_be_taken_is_told(server: tuple[str, list[str]], address: str, told: str) -> None:
    with pytest.raises(UnreadableDocument, match=told), fetch(server[0] + address, private=True):
        pass


def test_a_page_over_the_bound_is_cut_off(server: tuple[str, list[str]]) -> None:
    address = server[0] + "/large"
    with pytest.raises(UnreadableDocument, match="is larger than"), fetch(address, private=True, largest=4999):
        pass


def test_the_own_machine_and_network_are_not_asked(server: tuple[str, list[str]]) -> None:
    address, seen = server
    before = len(seen)
    port = address.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(UnreadableDocument), fetch(f"http://{host}:{port}/guide"):
            pass
    assert len(seen) == before


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]"])
def test_private_addresses_are_named(host: str) -> None:
    with pytest.raises(UnreadableDocument, match="leads to the private address"), fetch(f"http://{host}/"):
        pass


@pytest.mark.parametrize("url", ["ftp://example.org/x", "file:///etc/passwd", "http://", "example.org", ""])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(UnreadableDocument, match="is not an http or https address"), fetch(url):
        pass


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:99999/", "http://a\x00b/"])
def test_a_broken_address_is_one_line(url: str) -> None:
    with pytest.raises(UnreadableDocument), fetch(url):
        pass


class Names:
    """A resolver with a list of answers for each host; after the last one it says that there is no such host."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(held) for name, held in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if not self.answers.get(host):
            raise OSError("no such host")
        return self.answers[host].pop(0)


def test_the_address_that_was_checked_is_the_one_that_is_asked(server: tuple[str, list[str]]) -> None:
    """A name that leads elsewhere at the second look-up (DNS rebinding) is looked up once."""
    port = server[0].rpartition(":")[2]
    names = Names(guide_example=[["127.0.0.1"], ["192.0.2.1"]])
    with fetch(f"http://guide.example:{port}/guide/part-a", private=True, resolve=names) as path:
        assert path.read_bytes() == PAGE
    assert names.asked == ["guide.example"]


def test_the_server_is_told_which_host_is_meant(server: tuple[str, list[str]]) -> None:
    port = server[0].rpartition(":")[2]
    names = Names(guide_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    with fetch(f"http://guide.example:{port}/elsewhere", private=True, resolve=names) as path:
        assert path.name == "guide.html"
    assert names.asked == ["guide.example", "other.example"]
    assert server[1][-2:] == [f"guide.example:{port}/elsewhere", f"other.example:{port}/guide"]


def test_the_next_address_is_tried_where_nobody_listens(server: tuple[str, list[str]]) -> None:
    port = server[0].rpartition(":")[2]
    names = Names(guide_example=[["127.0.0.9", "127.0.0.1"]])
    with fetch(f"http://guide.example:{port}/guide/part-a", private=True, resolve=names) as path:
        assert path.read_bytes() == PAGE


def test_one_private_address_among_others_is_enough_to_refuse() -> None:
    names = Names(guide_example=[["93.184.215.14", "10.0.0.7"]])
    refused = pytest.raises(UnreadableDocument, match=r"leads to the private address 10\.0\.0\.7")
    with refused, fetch("http://guide.example/", resolve=names):
        pass


def test_an_unknown_host_is_one_line() -> None:
    told = pytest.raises(UnreadableDocument, match=r"'guide\.example' can't be found; check the address")
    with told, fetch("http://guide.example/", resolve=Names()):
        pass


def test_nobody_at_the_address_is_one_line() -> None:
    with pytest.raises(UnreadableDocument, match="can't be fetched"), fetch("http://127.0.0.1:9/", private=True):
        pass
