"""A small PDF written by hand, for tests: text at places, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

Text = tuple[float, float, float, str]
"""x and y in points from the lower left, size, words; a size below zero is bold."""


def write_pdf(pages: Sequence[Sequence[Text]], *, extra: bytes = b"") -> bytes:
    """A PDF with one content stream a page; `extra` is put into the document's catalogue."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    fonts = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
    fonts += "/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< {fonts} >>".encode(),
    ]
    for at, page in enumerate(pages):
        stream = "\n".join(_operator(text) for text in page).encode("cp1252")
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources 3 0 R /Contents {5 + 2 * at} 0 R >>".encode()  # noqa: E501
        )
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
    return assemble(bodies)


def assemble(bodies: Sequence[bytes]) -> bytes:
    """Numbered objects with their cross-reference table."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + head.encode() + tail.encode()


def _operator(text: Text) -> str:
    x, y, size, words = text
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{'F2' if size < 0 else 'F1'} {abs(size)} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET"
