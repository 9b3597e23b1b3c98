"""The folder of documents: what its manifest says, what lies beside it, and what must not get in."""

from __future__ import annotations

from pathlib import Path

import pytest

from erasmus_assistant.errors import CorpusError, MissingCorpus, UnreadableDocument
from erasmus_assistant.guide.corpus import MANIFEST, Corpus, Entry
from erasmus_assistant.records import Document

TEXT = "Title of it\n\nWords of the guide stand here.\n"


def detect(text: str) -> str:
    return "en"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "one.txt").write_text(TEXT)
    return tmp_path / "corpus"


def manifest(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text, "utf-8")


def test_the_shipped_corpus_is_as_its_manifest_says(guide: Document) -> None:
    assert guide.id == "guide-2021-implements-lv"
    assert (guide.language, guide.year) == ("lv", 2021)
    assert "{language}" in guide.localized_url
    assert "European Union" in guide.licence
    stored = Path(__file__).parents[2] / "corpus" / guide.source
    assert guide.text.encode() == stored.read_bytes()


def test_the_manifest_goes_before_what_the_file_tells(folder: Path) -> None:
    manifest(folder, '[[document]]\nfile = "one.txt"\nid = "x"\ntitle = "Own title"\nlanguage = "mt"\nyear = 2024\n')
    corpus = Corpus(folder)
    document = corpus.document(corpus.entries[0], detect)
    assert (document.id, document.title, document.language, document.year) == ("x", "Own title", "mt", 2024)
    assert corpus.unlisted == ()


def test_a_file_that_is_only_dropped_in_is_taken(folder: Path) -> None:
    (folder / "guide-2026.lv.txt").write_text("Virsraksts\n\nTeksts.\n")
    (folder / "sub").mkdir()
    (folder / "sub" / "two.md").write_text("# Two\n\nWords.\n")
    corpus = Corpus(folder)
    found = [corpus.document(entry, detect) for entry in corpus.entries]
    assert [document.id for document in found] == ["guide-2026-lv", "one", "sub-two"]
    assert [(document.title, document.language, document.year) for document in found] == [
        ("Virsraksts", "lv", 2026),
        ("Title of it", "en", None),
        ("Two", "en", None),
    ]
    assert corpus.unlisted == corpus.entries


@pytest.mark.parametrize("name", ["README.md", "LICENSE.txt", ".hidden.txt", "image.png", ".git/x.txt"])
def test_what_is_no_document_is_left_alone(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(TEXT)
    assert [entry.file for entry in Corpus(folder).entries] == ["one.txt"]


def test_ids_are_of_plain_letters_and_unique(folder: Path) -> None:
    for name in ("a b.txt", "a-b.txt", "a_b.md", "Ā!.txt", "!!.txt"):
        (folder / name).write_text(TEXT)
    assert [entry.id for entry in Corpus(folder).entries] == ["document", "a-b", "a-b-2", "a_b", "one", "ā"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[document]\n", r"corpus\.toml' is not valid TOML: .*line 1.*; mend that line"),
        ('[[document]]\nfile = "one.txt"\ncolour = "red"\n', r"document 1 has the unknown key 'colour'; known are"),
        ('[[document]]\nfile = "one.txt"\nyear = "2021"\n', r"document 1: 'year' must be of type int, not '2021'"),
        ('[[document]]\nfile = "one.txt"\ntitle = 5\n', r"document 1: 'title' must be of type str, not 5"),
        ('[[document]]\ntitle = "x"\n', r"document 1: 'file' must name a file of the corpus folder"),
        ('[[document]]\nfile = "../secret.txt"\n', r"document 1: 'file' must name"),
        ('[[document]]\nfile = "/etc/passwd"\n', r"document 1: 'file' must name"),
        ('document = "one.txt"\n', r"corpus\.toml"),
        ("document = [1]\n", r"corpus\.toml"),
    ],
)
def test_a_bad_manifest_names_the_place(folder: Path, text: str, told: str) -> None:
    manifest(folder, text)
    with pytest.raises(CorpusError, match=told):
        Corpus(folder)


def test_a_manifest_that_is_not_utf_8_is_one_line(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b'[[document]]\nfile = "\xff"\n')
    with pytest.raises(CorpusError, match="not valid TOML"):
        Corpus(folder)


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    corpus = Corpus(folder)
    with pytest.raises(UnreadableDocument, match=r"'link\.txt' lies outside the corpus folder"):
        corpus.document(corpus.entry("link"), detect)


def test_a_listed_file_that_is_not_there_is_named(folder: Path) -> None:
    manifest(folder, '[[document]]\nfile = "gone.txt"\n')
    with pytest.raises(UnreadableDocument, match=r"'gone\.txt' is named in corpus\.toml and is not in"):
        Corpus(folder).fingerprint()


def test_no_folder_and_an_empty_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingCorpus, match="create it or name another with --corpus"):
        Corpus(tmp_path / "none")
    with pytest.raises(MissingCorpus, match="erasmus-assistant corpus add FILE"):
        Corpus(tmp_path).fingerprint()


def test_an_unknown_document_lists_the_known(folder: Path) -> None:
    with pytest.raises(CorpusError, match="no document 'two' in the corpus; there is: one"):
        Corpus(folder).entry("two")


def test_the_fingerprint_follows_content_and_metadata_only(folder: Path) -> None:
    first = Corpus(folder).fingerprint()
    (folder / "README.md").write_text("not a document")
    assert Corpus(folder).fingerprint() == first
    manifest(folder, '[[document]]\nfile = "one.txt"\nurl = "https://example.org"\n')
    second = Corpus(folder).fingerprint()
    (folder / "one.txt").write_text(TEXT + "More.\n")
    assert len({first, second, Corpus(folder).fingerprint()}) == 3


def test_a_document_is_added_listed_and_removed(folder: Path, tmp_path: Path) -> None:
    manifest(folder, "# a remark that stays\n")
    source = tmp_path / "guide-2025.txt"
    source.write_text(TEXT)
    corpus = Corpus(folder)
    document = corpus.add(source, Entry("guide-2025.txt", url="https://example.org/g"), detect)
    assert (document.id, document.title, document.year) == ("guide-2025", "Title of it", 2025)
    assert document.url == "https://example.org/g"
    again = Corpus(folder)
    assert again.entry("guide-2025").url == "https://example.org/g"
    assert [entry.file for entry in again.unlisted] == ["one.txt"]
    assert "# a remark that stays" in (folder / MANIFEST).read_text()
    corpus.remove("guide-2025")
    assert not (folder / "guide-2025.txt").exists()
    assert source.exists()
    assert [entry.file for entry in Corpus(folder).entries] == ["one.txt"]
    assert "guide-2025" not in (folder / MANIFEST).read_text()


def test_adding_twice_replaces(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "x.txt"
    for words in ("First words.", "Second words."):
        source.write_text(f"Title\n\n{words}\n")
        document = Corpus(folder).add(source, Entry("x.txt"), detect)
    assert "Second words." in document.text
    assert [entry.file for entry in Corpus(folder).entries] == ["x.txt", "one.txt"]


def test_nothing_is_kept_of_a_file_that_can_not_be_read(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "bad.txt"
    source.write_bytes(b"\x00\x01\x02" * 50)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(UnreadableDocument, match="binary"):
        Corpus(folder).add(source, Entry("bad.txt"), detect)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("name", ["../x.txt", "/x.txt", "a/../../x.txt", "x\x00.txt", ""])
def test_a_name_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    source = tmp_path / "x.txt"
    source.write_text(TEXT)
    with pytest.raises(CorpusError, match="can't be the name of a document"):
        Corpus(folder).add(source, Entry(name), detect)


@pytest.mark.parametrize("document_id", ["../one.txt", "/etc/passwd", ""])
def test_only_a_document_of_the_corpus_can_be_removed(folder: Path, document_id: str) -> None:
    with pytest.raises(CorpusError, match="no document"):
        Corpus(folder).remove(document_id)
    assert (folder / "one.txt").exists()
