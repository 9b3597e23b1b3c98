"""Writes a synthetic programme guide in English, German and Latvian, with questions, for tests of scale.

    python tools/synthetic_guide.py OUT [--pages 440] [--year 2026] [--seed 1] [--languages en lv] [--formats html]

The output is the same for the same arguments. It needs python-docx for DOCX, and reportlab and the DejaVu
fonts for PDF.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import content, words

FORMATS = ("html", "md", "txt", "docx", "pdf")


def rendered(guide: content.Guide, kind: str) -> bytes:
    """The bytes of one file; the packages that a format needs are imported only for it."""
    if kind == "pdf":
        from synthetic.paper import as_pdf

        return as_pdf(guide)
    from synthetic import formats

    if kind == "docx":
        return formats.as_docx(guide)
    writers = {"html": formats.as_html, "md": formats.as_markdown, "txt": formats.as_text}
    return writers[kind](guide).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=440)
    parser.add_argument("--year", type=int, default=2026)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--languages", nargs="+", default=list(words.LANGUAGES), choices=words.LANGUAGES)
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=FORMATS)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    guides = [content.guide(language, given.pages, given.year, given.seed) for language in given.languages]
    for guide in guides:
        for kind in given.formats:
            (given.out / f"guide-{given.year}.{guide.language}.{kind}").write_bytes(rendered(guide, kind))
    lines = [json.dumps(one, ensure_ascii=False) for one in content.questions(guides, given.questions, given.seed)]
    (given.out / "questions.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
