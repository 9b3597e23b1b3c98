"""Bytes become the text that was written, or are refused: a mangled quotation is worse than none."""

from __future__ import annotations

import codecs
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from erasmus_assistant.errors import UnreadableDocument
from erasmus_assistant.guide.decoding import LETTERS, decode

PAGE = Path(__file__).parents[2] / "corpus" / "programme-guide-2021-part-a-implements.lv.txt"
LATVIAN = "Šķēršļu pārvarēšanai ģimenēm un īpašām grupām ņem vērā ceļu, čaklumu un žurnālu “Jaunatne” – 5 €."
LITHUANIAN = "Įgyvendinančių įstaigų sąrašą rasite čia: ūkis, žmonės, šalis, ęėąį."
ESTONIAN = "Õppija saab näiteks küsida öösel žanri ja šokolaadi."


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_and_its_mark_left_out(codec: str) -> None:
    assert decode(LATVIAN.encode(codec), "x.txt") == LATVIAN


@pytest.mark.parametrize(("mark", "codec"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_both_orders_of_utf_16_are_read(mark: bytes, codec: str) -> None:
    assert decode(mark + LATVIAN.encode(codec), "x.txt") == LATVIAN


@pytest.mark.parametrize(
    ("text", "language"), [(LATVIAN, "lv"), (LITHUANIAN, "lt"), (ESTONIAN, "et")], ids=["lv", "lt", "et"]
)
@pytest.mark.parametrize("codec", ["cp1257", "iso8859-13"])
def test_baltic_text_in_a_known_language_is_read_right(text: str, language: str, codec: str) -> None:
    text = text if codec == "cp1257" else text.replace("–", "-").replace("€", "EUR")
    assert decode(text.encode(codec), "x.txt", language) == text


@pytest.mark.parametrize("codec", ["cp1257", "iso8859-13"])
def test_the_page_itself_is_read_from_legacy_encodings(codec: str) -> None:
    text = PAGE.read_text("utf-8").translate(str.maketrans("—–•", "--*"))
    assert decode(text.encode(codec), "x.txt", "lv") == text


WRITTEN = st.sampled_from(["lv", "lt", "et", "pl", "cs", "bg", "el", "fr"])
CODECS_OF = {"bg": "cp1251", "el": "cp1253", "fr": "cp1252", "pl": "cp1250", "cs": "cp1250"}


def is_utf_8(raw: bytes) -> bool:
    """A few capitals and marks in a row may be; then nothing tells them from it."""
    try:
        return not raw.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


@given(st.data(), WRITTEN, st.booleans())
def test_legacy_text_is_read_right_or_refused(data: st.DataObject, language: str, told: bool) -> None:
    letters = LETTERS[language]
    text = data.draw(st.text(alphabet=letters + letters.upper() + "aeio ,.", min_size=1, max_size=60))
    try:
        raw = text.encode(CODECS_OF.get(language, "cp1257"))
    except UnicodeEncodeError:
        return
    assume(not is_utf_8(raw))
    with suppress(UnreadableDocument):
        assert decode(raw, "x.txt", language if told else "") == text


@given(st.lists(st.tuples(st.sampled_from(LATVIAN.split()), st.sampled_from(["utf-8", "cp1257"])), min_size=2))
def test_mixed_encodings_are_read_right_or_refused(words: list[tuple[str, str]]) -> None:
    raw = b" ".join(word.encode(codec) for word, codec in words)
    with suppress(UnreadableDocument):
        assert decode(raw, "x.txt", "lv") == " ".join(word for word, _ in words)


def test_letters_that_do_not_tell_the_encoding_are_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"'x\.txt' is not UTF-8.*save it as UTF-8 or give its language"):
        decode("ķ".encode("cp1257"), "x.txt")


def test_every_cut_of_the_page_is_read_right_or_refused() -> None:
    whole = PAGE.read_bytes()
    for cut in [*range(1, 1500), *range(1500, len(whole), 37)]:
        part = whole[:cut]
        try:
            text = decode(part, "x.txt")
        except UnreadableDocument:
            continue
        assert text.encode() == part


def test_a_cut_in_a_letter_names_the_byte() -> None:
    with pytest.raises(UnreadableDocument, match=r"breaks off or is damaged at byte 11; supply the file again"):
        decode("mācību ceļš".encode()[:12], "x.txt")


def test_a_page_with_a_bad_byte_in_it_is_damaged_and_not_legacy() -> None:
    whole = PAGE.read_bytes()
    at = whole.index("ī".encode())
    with pytest.raises(UnreadableDocument, match=f"damaged at byte {at}"):
        decode(whole[: at + 1] + b"?" + whole[at + 2 :], "x.txt", "lv")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf  \n"])
def test_an_empty_file_is_named(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"'x\.txt' (?:is empty|holds no text); supply the file again"):
        decode(data, "x.txt")


@pytest.mark.parametrize(
    "data",
    [b"text\x00text", bytes(range(32)) * 9, LATVIAN.encode("utf-16-le"), LATVIAN.encode("utf-32")],
    ids=["nul", "control", "utf-16 without a mark", "utf-32"],
)
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="binary file, not text"):
        decode(data, "x.txt")


def test_broken_utf_16_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="not the utf-16 that it claims to be"):
        decode(codecs.BOM_UTF16_LE + b"a\x00b", "x.txt")
