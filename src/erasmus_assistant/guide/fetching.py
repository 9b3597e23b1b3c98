"""A page by its address -> a file: bounded in size, time, type and redirects, public addresses only."""

from __future__ import annotations

import ipaddress
import re
import socket
import tempfile
from collections.abc import Iterator
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


@contextmanager
def fetch(url: str, *, private: bool = False, largest: int = LARGEST) -> Iterator[Path]:
    """The page in a temporary file named after it; raises UnreadableDocument with the reason.

    `private` admits addresses of this machine and its network, which are refused otherwise: an
    address that somebody else wrote must not reach what only this machine can.
    """
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
        path = Path(folder) / "page"
        final, kind = _download(client, url, path, private, largest)
        named = path.with_name(_file_name(final, kind))
        path.rename(named)
        yield named


def _download(client: httpx.Client, url: str, path: Path, private: bool, largest: int) -> tuple[str, str]:
    for _ in range(REDIRECTS + 1):
        _check_address(url, private)
        try:
            with client.stream("GET", url, headers={"User-Agent": "erasmus-assistant"}) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                if response.status_code != httpx.codes.OK:
                    raise UnreadableDocument(f"{url!r} answers with status {response.status_code}; check the address")
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind not in SUFFIXES:
                    raise UnreadableDocument(f"{url!r} is of type {kind or 'unknown'!r}; download it and add the file")
                _save(response, path, url, largest)
                return url, kind
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreadableDocument(
                f"{url!r} can't be fetched: {error or type(error).__name__}; download it and add the file"
            ) from None
    raise UnreadableDocument(f"{url!r} redirects more than {REDIRECTS} times; give the final address")


def _save(response: httpx.Response, path: Path, url: str, largest: int) -> None:
    size = 0
    with path.open("wb") as file:
        for piece in response.iter_bytes():
            size += len(piece)
            if size > largest:
                raise UnreadableDocument(f"{url!r} is larger than {largest // 1_000_000} MB; download and split it")
            file.write(piece)


def _check_address(url: str, private: bool) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise UnreadableDocument(f"{url!r} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnreadableDocument(f"{url!r} is not an http or https address")
    if private:
        return
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port)}
    except (OSError, ValueError):
        raise UnreadableDocument(f"{parts.hostname!r} can't be found; check the address and the network") from None
    for address in sorted(str(one) for one in found):
        if not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise UnreadableDocument(f"{url!r} leads to the private address {address}; download it and add the file")


def _file_name(url: str, kind: str) -> str:
    stem = re.sub(r"[^\w.-]+", "-", urlsplit(url).path.rstrip("/").rpartition("/")[2]).strip("-.") or "page"
    suffix = SUFFIXES[kind]
    return stem if stem.lower().endswith(suffix) else stem[:100] + suffix
