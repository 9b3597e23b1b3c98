"""The index: the same from the same corpus, however it came about, and in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from fakes import LetterEncoder, document
from hypothesis import given, settings
from hypothesis import strategies as st

from erasmus_assistant.errors import DamagedIndex, StaleIndex
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.records import Document
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search import store
from erasmus_assistant.search.dense import StaticEncoder
from erasmus_assistant.search.index import Index, build, load, save, searched_text, trigrams

ONE = "Partners\n\nUse Otlas to find partners[1].\n\nGrants\n\nThe agency pays grants.\n\n1. www.otlas.eu\n"
TWO = "Schools\n\nTeachers meet in eTwinning.\n\nNetworks\n\nEurydice describes schools.\n"


def documents(second: str = TWO) -> list[Document]:
    return [document(ONE, "one"), document(second, "two"), document("Skolas\n\nSkolotāji tiekas šeit.\n", "tris", "lv")]


def built(second: str = TWO, known: Index | None = None, encoder: LetterEncoder | None = None) -> Index:
    return build(documents(second), encoder or LetterEncoder(), Chunking(), "print", known)


def versions() -> list[Index]:
    """Some indexes that differ a little."""
    return [built(f"{TWO}\nWords of version {number}.\n") for number in range(4)]


def contents(build_folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in build_folder.rglob("*") if path.is_file())
    return {path.relative_to(build_folder).as_posix(): path.read_bytes() for path in paths}


def test_a_build_holds_what_the_contract_names(tmp_path: Path) -> None:
    folder = save(built(), tmp_path)
    assert sorted(contents(folder)) == sorted(
        ["documents.jsonl", "manifest.json", "parts.npz", "passages.jsonl", "vectors.faiss"]
        + [f"lexical/{language}-{field}.{kind}" for language in ("en", "lv") for field in ("text", "heading", "grams")
           for kind in ("npz", "terms")]
    )  # fmt: skip
    manifest = store.read_manifest(folder)
    assert manifest["encoder"] == {"name": "letters", "dimension": 26, "fingerprint": "letters-1"}
    assert manifest["counts"] == {"documents": 3, "passages": len(built().passages)}
    assert manifest["corpus"] == "print"
    assert not any(b"pickle" in data or data[:1] == b"\x80" for data in contents(folder).values())


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    index = built()
    held = load(save(index, tmp_path), LetterEncoder())
    assert held.passages == index.passages
    assert held.documents == index.documents
    assert np.array_equal(held.vectors.reconstruct_n(0, 5), index.vectors.reconstruct_n(0, 5))
    assert held.languages["en"].text.terms == index.languages["en"].text.terms
    assert held.languages["lv"].numbers.tolist() == index.languages["lv"].numbers.tolist()


def test_rows_are_plain_json(tmp_path: Path) -> None:
    text = 'Signs \x01\x1f\u2028\x85"\\ of all kinds\n\nāž 😀 text.\n'
    strange = build([document(text, "strange")], LetterEncoder(), Chunking(), "print")
    folder = save(strange, tmp_path)
    for name, records in (("documents", strange.documents.values()), ("passages", strange.passages)):
        lines = (folder / f"{name}.jsonl").read_text("utf-8").split("\n")
        assert [json.loads(line) for line in lines if line] == [json.loads(json.dumps(asdict(one))) for one in records]
    held = load(folder, LetterEncoder())
    assert (held.documents, held.passages) == (strange.documents, strange.passages)


def test_vectors_are_of_the_searched_text_with_headings_and_footnotes() -> None:
    index = built()
    passage = next(one for one in index.passages if "Otlas" in one.text)
    text = searched_text(index.documents["one"], passage)
    assert text.split("\n")[0] == "Partners"
    assert "www.otlas.eu" in text
    assert passage.text in ONE
    at = index.numbers()[passage.id]
    assert np.allclose(index.vectors.reconstruct(at), LetterEncoder().encode_passages([text])[0])


CHANGED = TWO + "\nMore words came here.\n"


@pytest.mark.parametrize("second", [CHANGED, "Schools\n\nOther words.\n", ONE])
def test_an_incremental_build_equals_a_full_one_byte_for_byte(tmp_path: Path, second: str) -> None:
    known = load(save(built(), tmp_path / "a"), LetterEncoder())
    step = save(built(second, known), tmp_path / "a")
    full = save(built(second), tmp_path / "b")
    assert step.name == full.name
    assert contents(step) == contents(full)


def test_an_incremental_build_encodes_only_what_is_new() -> None:
    encoder = LetterEncoder()
    built(CHANGED, built(), encoder)
    assert encoder.seen == ["Networks\nEurydice describes schools.\n\nMore words came here."]


def test_another_encoder_takes_nothing_over() -> None:
    encoder = LetterEncoder()
    encoder.fingerprint = "letters-2"
    index = built(known=built(), encoder=encoder)
    assert len(encoder.seen) == len(index.passages)


def test_the_shipped_encoder_gives_equal_incremental_builds(tmp_path: Path, guide: Document) -> None:
    encoder = StaticEncoder.load()
    first = load(save(build([guide], encoder, Chunking(), "a"), tmp_path / "a"), encoder)
    both = [guide, document(TWO, "two")]
    step = save(build(both, encoder, Chunking(), "b", first), tmp_path / "a")
    full = save(build(both, encoder, Chunking(), "b"), tmp_path / "b")
    assert contents(step) == contents(full)


SECTIONS = (
    "Partners\n\nUse Otlas. It has 3 towns.",
    "Grants\n\nThe agency pays.",
    "Networks\n\n• one,\n• two.",
    "Alone",
)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_change_gives_the_bytes_of_a_full_build(data: st.DataObject) -> None:
    """Documents come, go, move and change, two builds after each other."""
    encoder = StaticEncoder.load()
    known: Index | None = None
    with tempfile.TemporaryDirectory() as folder:
        for step in range(3):
            chosen = data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
            documents = []
            for name in chosen:
                text = "\n\n".join(data.draw(st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=4)))
                made = document(f"{text}\n", name, data.draw(st.sampled_from(["en", "lv"])))
                held = known.documents.get(name) if known else None
                documents.append(held if held == made else made)
            known = build(documents, encoder, Chunking(), "print", known)
            one = save(known, Path(folder) / f"step-{step}")
            other = save(build(documents, encoder, Chunking(), "print"), Path(folder) / f"full-{step}")
            assert contents(one) == contents(other)


def test_what_other_code_made_is_not_taken_over() -> None:
    known = built()
    encoder = LetterEncoder()
    built(CHANGED, replace(known, manifest={**known.manifest, "recipe": "other"}), encoder)
    assert len(encoder.seen) == len(built(CHANGED).passages)


SCRIPT = """
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_index import built
from erasmus_assistant.search.index import save
print(save(built(), Path(sys.argv[1])).name)
"""


def test_builds_are_the_same_in_every_process(tmp_path: Path) -> None:
    names = []
    for seed in ("0", "1"):
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / seed), str(Path(__file__).parent)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        names.append(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    assert names[0] == names[1]


def test_a_bad_row_is_damage_and_not_a_traceback(tmp_path: Path) -> None:
    """A build whose checksums are right and whose rows are not: one that another program wrote."""

    def write(folder: Path) -> dict[str, object]:
        (folder / "documents.jsonl").write_text('{"id": "one"}\n')
        (folder / "passages.jsonl").write_text("")
        return {"languages": [], "encoder": {"fingerprint": LetterEncoder.fingerprint}}

    with pytest.raises(DamagedIndex, match=r"holds a bad row.*rebuild with"):
        load(store.write_build(tmp_path, write), LetterEncoder())


@pytest.mark.parametrize("name", ["documents.jsonl", "vectors.faiss", "lexical/lv-text.npz", "manifest.json"])
def test_flips_truncations_and_zeroed_pages_are_found_before_anything_is_parsed(tmp_path: Path, name: str) -> None:
    folder = save(built(), tmp_path)
    path = folder / name
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    damaged = [whole[: len(whole) * part // 100] for part in range(100)]
    damaged += [whole[:at] + bytes(min(64, len(whole) - at)) + whole[at + 64 :] for at in range(0, len(whole), 640)]
    for at in random.integers(0, len(whole), 100):
        damaged.append(whole[:at] + bytes([whole[at] ^ (1 << int(random.integers(8)))]) + whole[at + 1 :])
    for data in damaged:
        if data != whole:
            path.write_bytes(data)
            with pytest.raises((DamagedIndex, StaleIndex)):
                load(folder, LetterEncoder())


def test_the_file_of_another_build_is_refused(tmp_path: Path) -> None:
    other = save(built(CHANGED), tmp_path / "other")
    folder = save(built(), tmp_path / "own")
    (folder / "passages.jsonl").write_bytes((other / "passages.jsonl").read_bytes())
    with pytest.raises(DamagedIndex, match=r"'passages\.jsonl' of the index"):
        load(folder, LetterEncoder())


def test_trigrams_mark_the_beginning_and_the_end() -> None:
    assert trigrams("otlas") == sorted(["^^o", "^ot", "otl", "tla", "las", "as$"])
    assert trigrams("aaaa") == sorted(["^^a", "^aa", "aaa", "aa$"])


def test_a_document_without_passages_gives_an_index_that_opens(tmp_path: Path) -> None:
    empty = build([], LetterEncoder(), Chunking(), "none")
    held = indexes.load(save(empty, tmp_path), LetterEncoder())
    assert held.passages == ()
    assert held.vectors.ntotal == 0
