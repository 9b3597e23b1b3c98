"""A page by its address -> a file: bounded in size, time, type and redirects, public addresses only."""

from __future__ import annotations

import ipaddress
import re
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from erasmus_assistant.errors import UnreadableDocument

LARGEST = 100_000_000
REDIRECTS = 5
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


Resolve = Callable[[str, int], Sequence[str]]
"""Host, port -> its addresses, the likeliest first; raises OSError where there is none."""


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@contextmanager
def fetch(url: str, *, private: bool = False, largest: int = LARGEST, resolve: Resolve = resolved) -> Iterator[Path]:
    """The page in a temporary file named after it; raises UnreadableDocument with the reason.

    `private` admits addresses of this machine and its network, which are refused otherwise: an
    address that somebody else wrote must not reach what only this machine can.
    """
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
        path = Path(folder) / "page"
        for _ in range(REDIRECTS + 1):
            try:
                with _opened(client, url, _addresses(url, private, resolve)) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        continue
                    kind = _kind(response, url)
                    _save(response, path, url, largest)
                    break
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise UnreadableDocument(
                    f"{url!r} can't be fetched: {error or type(error).__name__}; download it and add the file"
                ) from None
        else:
            raise UnreadableDocument(f"{url!r} redirects more than {REDIRECTS} times; give the final address")
        named = path.with_name(_file_name(url, kind))
        path.rename(named)
        yield named


@contextmanager
def _opened(client: httpx.Client, url: str, addresses: Sequence[str]) -> Iterator[httpx.Response]:
    """The answer of the first of the addresses that takes a connection.

    The host is in the header and in the certificate that is asked for, and is not looked up again:
    a second look-up could lead to an address that nobody checked.
    """
    asked = httpx.URL(url)
    headers = {"User-Agent": "erasmus-assistant", "Host": asked.netloc.decode("ascii")}
    for at, address in enumerate(addresses, 1):
        request = client.build_request("GET", asked.copy_with(host=address), headers=headers)
        request.extensions["sni_hostname"] = asked.raw_host.decode("ascii")
        try:
            response = client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if at == len(addresses):
                raise
            continue
        try:
            yield response
        finally:
            response.close()
        return


def _kind(response: httpx.Response, url: str) -> str:
    if response.status_code != httpx.codes.OK:
        raise UnreadableDocument(f"{url!r} answers with status {response.status_code}; check the address")
    kind: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in SUFFIXES:
        raise UnreadableDocument(f"{url!r} is of type {kind or 'unknown'!r}; download it and add the file")
    return kind


def _save(response: httpx.Response, path: Path, url: str, largest: int) -> None:
    size = 0
    with path.open("wb") as file:
        for piece in response.iter_bytes():
            size += len(piece)
            if size > largest:
                raise UnreadableDocument(f"{url!r} is larger than {largest // 1_000_000} MB; download and split it")
            file.write(piece)


def _addresses(url: str, private: bool, resolve: Resolve) -> Sequence[str]:
    """Where a page is to be had, found out once and checked."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnreadableDocument(f"{url!r} is no address: {error}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UnreadableDocument(f"{url!r} is not an http or https address")
    host = parsed.raw_host.decode("ascii").strip("[]")
    try:
        found = resolve(host, parsed.port or (443 if parsed.scheme == "https" else 80))
    except (OSError, ValueError):
        raise UnreadableDocument(f"{host!r} can't be found; check the address and the network") from None
    for address in found:
        if not private and not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise UnreadableDocument(f"{url!r} leads to the private address {address}; download it and add the file")
    return found


def _file_name(url: str, kind: str) -> str:
    stem = re.sub(r"[^\w.-]+", "-", urlsplit(url).path.rstrip("/").rpartition("/")[2]).strip("-.") or "page"
    suffix = SUFFIXES[kind]
    return stem if stem.lower().endswith(suffix) else stem[:100] + suffix
