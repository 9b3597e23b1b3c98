"""The words of a PDF with their places, one page a line of JSON; run as a program of its own.

A hostile file can make any parser crash, hang or swell. In a process with limits it takes nothing
with it. pypdfium2 (the parser of Chromium) reads a page in about 10 ms, ten times as fast as those
written in Python. This file imports nothing of the package, so that it starts quickly.

Input: the bytes of the PDF. Output: `{"pages": n, "outline": [[level, title, page], ...]}`, then
a line for each page: `{"size": [width, height], "image": bool, "words": [[text, x0, x1, y, size,
bold, glued], ...], "links": [[x0, y0, x1, y1, address], ...]}`, in points from the lower left, `y` the base line.
A problem is one line `{"error": kind}`.
"""

from __future__ import annotations

import ctypes
import json
import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MEMORY = 480_000_000
MOST_PAGES = 3_000
MOST_CHARACTERS = 200_000
_OUTLINE_ENTRIES = 5_000
_HYPHENS = frozenset("\x02\xad\ufffe\u2010")
_BLANK = frozenset("\0\ufffd")
_RAISED = frozenset("0123456789()*\u2020\u2021")


def extracted(data: bytes) -> Iterator[dict[str, Any]]:
    """The outline, then the pages."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        yield {"error": "encrypted" if "assword" in str(error) or "ecurity" in str(error) else "damaged"}
        return
    pages = len(document)
    if pages > MOST_PAGES or pages == 0:
        yield {"error": "pages" if pages else "damaged", "pages": pages}
        return
    yield {"pages": pages, "outline": list(_outline(document))}
    for number in range(pages):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            yield {"error": "page", "page": number + 1}
            return
        yield _page(document, page)
        page.close()


def _outline(document: pdfium.PdfDocument) -> Iterator[list[Any]]:
    for count, entry in enumerate(document.get_toc(max_depth=8)):
        if count >= _OUTLINE_ENTRIES:
            return
        target = entry.get_dest()
        page = target.get_index() if target is not None else None
        yield [entry.level + 1, (entry.get_title() or "")[:300], None if page is None else page + 1]


def _page(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> dict[str, Any]:
    text = page.get_textpage()
    if raw.FPDFText_CountChars(text) > MOST_CHARACTERS:
        return {"error": "crowded"}
    words = list(_words(text))
    text.close()
    return {
        "size": list(page.get_size()),
        "image": not words and _has_image(page),
        "words": _upright(words),
        "links": list(_links(document, page)),
    }


def _has_image(page: pdfium.PdfPage) -> bool:
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_PATH)
    return next(iter(page.get_objects(filter=kinds, max_depth=3)), None) is not None


def _letters(text: pdfium.PdfTextPage) -> Sequence[str]:
    """One string a character, in one call where the page has none beyond the basic plane."""
    count = raw.FPDFText_CountChars(text)
    buffer = (ctypes.c_ushort * (count + 1))()
    given = raw.FPDFText_GetText(text, 0, count, buffer)
    if given == count + 1 and not any(0xD800 <= unit < 0xE000 for unit in buffer):
        return bytes(buffer)[:-2].decode("utf-16-le")
    codes = (raw.FPDFText_GetUnicode(text, index) for index in range(count))
    return [chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0" for code in codes]


def _words(text: pdfium.PdfTextPage) -> Iterator[list[Any]]:
    """Runs of characters without a blank or a change of base line between them."""
    x, y = ctypes.c_double(), ctypes.c_double()
    letters: list[str] = []
    first = last = 0
    begun = (0.0, 0.0)
    glued = raised = False
    for index, letter in enumerate(_letters(text)):
        if letter in _BLANK or letter.isspace():
            if letters:
                yield _word(text, letters, first, last, begun, glued)
            letters, glued, raised = [], False, False
            continue
        # A figure or sign can be raised above its line, what follows it back on it, and what follows a hyphen below.
        if not letters or raised or letters[-1] == "-" or letter in _RAISED:
            raised = letter in _RAISED
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            if letters and abs(y.value - begun[1]) > 0.7 and abs(x.value - begun[0]) > 0.7:
                yield _word(text, letters, first, last, begun, glued)
                letters, glued = [], True
            if not letters:
                first, begun = index, (x.value, y.value)
        letters.append("-" if letter in _HYPHENS else letter)
        last = index
    if letters:
        yield _word(text, letters, first, last, begun, glued)


def _word(
    text: pdfium.PdfTextPage, letters: list[str], first: int, last: int, begun: tuple[float, float], glued: bool
) -> list[Any]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, last, left, right, bottom, top)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, first, matrix)
    size = raw.FPDFText_GetFontSize(text, first) * (math.hypot(matrix.c, matrix.d) or 1.0)
    name = ctypes.create_string_buffer(80)
    raw.FPDFText_GetFontInfo(text, first, name, 80, None)
    heavy = any(sign in name.value.lower() for sign in (b"bold", b"black", b"heavy", b"demi"))
    turn = 0 if abs(matrix.b) <= abs(matrix.a) else (1 if matrix.b > 0 else -1)
    end = (right.value, top.value if turn == 1 else bottom.value)
    return ["".join(letters), begun, end, round(size, 2), int(heavy), int(glued), turn]


def _upright(words: list[list[Any]]) -> list[list[Any]]:
    """Words in the page's main direction, turned so that it runs to the right; stamps across it are left out."""
    if not words:
        return []
    counts = {turn: sum(len(word[0]) for word in words if word[6] == turn) for turn in (0, 1, -1)}
    main = max(counts, key=lambda turn: (counts[turn], turn == 0))
    done = []
    for text, (x, y), (end_x, end_y), size, heavy, glued, turn in words:
        if turn == main:
            start, end, base = {0: (x, end_x, y), 1: (y, end_y, -x), -1: (-y, -end_y, x)}[turn]
            done.append([text, round(start, 1), round(max(start, end), 1), round(base, 1), size, heavy, glued])
    return done


def _links(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> Iterator[list[Any]]:
    position = ctypes.c_int(0)
    link = raw.FPDF_LINK()
    for _ in range(500):
        if not raw.FPDFLink_Enumerate(page, position, link):
            return
        action = raw.FPDFLink_GetAction(link)
        length = raw.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
        box = raw.FS_RECTF()
        if 8 < length < 600 and raw.FPDFLink_GetAnnotRect(link, box):
            address = ctypes.create_string_buffer(length)
            raw.FPDFAction_GetURIPath(document, action, address, length)
            yield [box.left, box.bottom, box.right, box.top, address.value.decode("utf-8", "replace")]


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        pass


def main() -> None:
    _limit_memory()
    for line in extracted(sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
