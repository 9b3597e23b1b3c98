"""A synthetic guide as plain text, Markdown, a saved web page and a Word document."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from synthetic.content import Guide, Node


def as_text(guide: Guide) -> str:
    """Headings underlined by rank, tables with bars, notes at the end."""
    done, notes, before = [], [], ""
    for node in guide.nodes:
        mark = ""
        if node.note:
            notes.append(node.note)
            mark = f" [{len(notes)}]"
        if node.kind == "heading":
            done.append("\n" + "#" * node.level + " " + node.text + "\n")
        elif node.kind == "table":
            rows = [" | ".join(row) for row in (node.header, *node.rows)]
            done.append(f"\n{node.text}\n\n" + "\n".join(rows) + "\n")
        elif node.kind == "item":
            done.append(("" if before == "item" else "\n") + f"• {node.text}")
        elif node.kind == "paragraph":
            done.append(f"\n{node.text}{mark}" + (f" {node.link[1]}" if node.link else "") + "\n")
        before = node.kind
    return "\n".join(done).strip() + "\n\n" + "\n".join(f"[{at}] {note}" for at, note in enumerate(notes, 1)) + "\n"


def as_markdown(guide: Guide) -> str:
    done, notes = [f"---\ntitle: {guide.title}\nlanguage: {guide.language}\nyear: {guide.year}\n---\n"], []
    for node in guide.nodes:
        if node.note:
            notes.append(node.note)
        mark = f"[^{len(notes)}]" if node.note else ""
        if node.kind == "heading":
            done.append("\n" + "#" * node.level + " " + node.text + "\n")
        elif node.kind == "table":
            lines = [node.header, tuple("---" for _ in node.header), *node.rows]
            done.append(f"\n{node.text}\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n")
        elif node.kind == "item":
            done.append(f"- {node.text}")
        elif node.kind == "paragraph":
            text = node.text.replace(node.link[0], f"[{node.link[0]}]({node.link[1]})") if node.link else node.text
            done.append(f"\n{text}{mark}\n")
    return "\n".join(done) + "\n\n" + "\n".join(f"[^{at}]: {note}" for at, note in enumerate(notes, 1)) + "\n"


def as_html(guide: Guide) -> str:
    """With the furniture of a site round it."""
    body, notes, before = [], [], ""
    for at, node in enumerate(guide.nodes):
        if before == "item" != node.kind:
            body.append("</ul>")
        if node.kind == "item" != before:
            body.append("<ul>")
        if node.note:
            notes.append(node.note)
        body.append(_element(node, at, len(notes)))
        before = node.kind
    items = "".join(f'<li id="fn{at}">{escape(note)} <a href="#ref{at}">↩</a></li>' for at, note in enumerate(notes, 1))
    return (
        f'<!DOCTYPE html><html lang="{guide.language}"><head><meta charset="utf-8"><title>{guide.title} | Example</title>'  # noqa: E501
        "<style>p{margin:0}</style></head><body><a class='skip-link' href='#main'>Skip to main content</a>"
        "<header><nav><ul><li><a href='/'>Home</a></li></ul></nav></header><div class='cookie-banner'>We use cookies.</div>"  # noqa: E501
        f"<main id='main'><nav class='breadcrumb'>Home / Guide</nav>{''.join(body)}<ol class='footnotes'>{items}</ol></main>"  # noqa: E501
        "<aside><p>Related pages</p></aside><footer>Imprint</footer></body></html>"
    )


def _element(node: Node, at: int, note: int) -> str:
    text = escape(node.text)
    if node.link:
        text = text.replace(escape(node.link[0]), f'<a href="{node.link[1]}">{escape(node.link[0])}</a>')
    if node.note:
        text += f'<sup><a id="ref{note}" href="#fn{note}">{note}</a></sup>'
    if node.kind == "heading":
        return f'<h{node.level} id="s{at}">{text}</h{node.level}>'
    if node.kind == "item":
        return f"<li>{text}</li>"
    if node.kind == "table":
        head = "".join(f"<th>{escape(cell)}</th>" for cell in node.header)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in node.rows)
        return f"<table><caption>{text}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<p>{text}</p>" if node.kind == "paragraph" else ""


def as_docx(guide: Guide) -> bytes:
    document: Any = Document()
    document.core_properties.title = guide.title
    document.core_properties.language = guide.language
    notes: list[str] = []
    for node in guide.nodes:
        if node.kind == "heading":
            document.add_heading(node.text, node.level)
        elif node.kind == "item":
            document.add_paragraph(node.text, style="List Bullet")
        elif node.kind == "table":
            document.add_paragraph(node.text, style="Caption")
            _docx_table(document, node)
        elif node.kind == "paragraph":
            _docx_paragraph(document, node, notes)
    data = BytesIO()
    _docx_notes(document, notes)
    document.save(data)
    return data.getvalue()


def _docx_table(document: Any, node: Node) -> None:
    table = document.add_table(rows=1 + len(node.rows), cols=len(node.header), style="Table Grid")
    cells = table._cells
    for at, text in enumerate(text for row in (node.header, *node.rows) for text in row):
        cells[at].text = text
    mark = parse_xml(f"<w:tblHeader {nsdecls('w')}/>")
    table.rows[0]._tr.get_or_add_trPr().append(mark)


def _docx_paragraph(document: Any, node: Node, notes: list[str]) -> None:
    if node.link:
        before, _, after = node.text.partition(node.link[0])
        paragraph = document.add_paragraph(before)
        key = document.part.relate_to(node.link[1], _RELATION + "hyperlink", is_external=True)
        run = f"<w:r><w:t>{escape(node.link[0])}</w:t></w:r>"
        paragraph._p.append(parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}">{run}</w:hyperlink>'))
        paragraph.add_run(after)
    else:
        paragraph = document.add_paragraph(node.text)
    if node.note:
        notes.append(node.note)
        paragraph.add_run()._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="{len(notes)}"/>'))


_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def _docx_notes(document: Any, notes: list[str]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    bodies = "".join(
        f'<w:footnote w:id="{at}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(note)}</w:t></w:r></w:p>'  # noqa: E501
        "</w:footnote>"
        for at, note in enumerate(notes, 1)
    )
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{bodies}</w:footnotes>'.encode()
    part = Part(PackURI("/word/footnotes.xml"), _NOTES_TYPE, blob, document.part.package)
    document.part.relate_to(part, _RELATION + "footnotes")
