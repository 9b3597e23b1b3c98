"""The rows of the speed table about size: the whole synthetic guide, one changed page of it, and a large index."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from processes import Row
from synthetic import content, formats
from tqdm import tqdm

from erasmus_assistant.answer.chain import Request
from erasmus_assistant.assembly import build_assistant, build_index
from erasmus_assistant.guide.chunking import Chunking
from erasmus_assistant.guide.plain_text import read_plain_text
from erasmus_assistant.guide.sentences import sentence_spans
from erasmus_assistant.records import Document, Question
from erasmus_assistant.search import index as indexes
from erasmus_assistant.search.dense import Encoder
from erasmus_assistant.search.ranker import load_ranker
from erasmus_assistant.search.retrieval import Retriever
from erasmus_assistant.settings import Settings

PAGES = 440
LANGUAGES = ("en", "de", "lv")
SECTIONS_A_DOCUMENT = 1000
VOCABULARY = 60_000


def guide_rows(encoder: Encoder, repeat: int) -> Iterator[Row]:
    """The guide in three languages as web pages: read and indexed, one page changed, and what it answers."""
    guides = [content.guide(language, PAGES) for language in LANGUAGES]
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, corpus=Path(folder) / "corpus", index=Path(folder) / "index")
        settings.corpus.mkdir()
        pages = [page for guide in guides for page in written(guide, settings.corpus)]
        full = seconds_of(lambda: build_index(settings, encoder))
        changed = [seconds_of(lambda: changed_build(pages, settings, encoder)) for _ in range(repeat)]
        yield Row(f"{PAGES} pages in {len(LANGUAGES)} languages, read and indexed", f"{full:.1f} s", "90 s")
        yield Row(f"... one of its {len(pages)} files changed", f"{median(changed) / full:.3f} of it", "0.05")
        assistant = build_assistant(settings, lambda line: None)[0]
        asked = [Request(str(one["question"])) for one in content.questions(guides)]
        for request in asked[:20]:
            assistant.ask(request)
        found = [1000 * seconds_of(lambda request=request: assistant.ask(request)) for request in tqdm(asked)]  # type: ignore[misc]
        yield Row("... warm answer, p50", f"{median(found):.1f} ms", "30 ms")


def written(guide: content.Guide, folder: Path) -> list[Path]:
    """The guide as a file for each action, as an official site has it."""
    starts = [at for at, node in enumerate(guide.nodes) if node.kind == "heading" and node.level <= 3]
    paths = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(guide.nodes)], strict=True)):
        path = folder / f"guide-{number:03}-{guide.year}.{guide.language}.html"
        path.write_bytes(formats.as_html(replace(guide, nodes=guide.nodes[start:end])).encode())
        paths.append(path)
    return paths


def changed_build(pages: Sequence[Path], settings: Settings, encoder: Encoder) -> None:
    """One page says something more than before, and the index takes it up."""
    page = random.choice(pages)  # noqa: S311
    page.write_text(page.read_text("utf-8").replace("</p>", f" {time.monotonic_ns()}.</p>", 1), "utf-8")
    build_index(settings, encoder)


def large_rows(retriever: Retriever, passages: int, asked: Sequence[Question]) -> Iterator[Row]:
    """An index of about `passages` synthetic passages, built in memory, and the search over it."""
    started = time.perf_counter()
    (guide,) = list(retriever.index.documents.values())[:1]
    index = indexes.build(list(synthetic(guide, passages)), retriever.encoder, Chunking(), "synthetic")
    yield Row(f"index build, {len(index.passages):,} synthetic passages", f"{time.perf_counter() - started:.0f} s")
    yield search_row(Retriever(index, retriever.encoder, load_ranker()), asked, "25 ms")


def search_row(retriever: Retriever, asked: Sequence[Question], held_to: str) -> Row:
    """The search alone."""
    for question in asked[:10]:
        retriever.retrieve(question)
    found = [1000 * seconds_of(lambda question=question: retriever.retrieve(question)) for question in tqdm(asked)]  # type: ignore[misc]
    name = f"search over {len(retriever.index.passages):,} passages, p50 and p95"
    return Row(name, f"{median(found):.1f} ms, {percentile(found, 95):.1f} ms", held_to)


def synthetic(guide: Document, passages: int) -> Iterator[Document]:
    """Sections of the guide's own sentences in which every third word is a made-up one, the rare ones as in speech."""
    draw = random.Random(1)  # noqa: S311
    sentences = [guide.text[start:end] for start, end in sentence_spans(guide.text) if end - start < 300]
    made_up = ["".join(draw.choices("aeioukrstlmnpvdj", k=draw.randint(4, 11))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    pool = draw.choices(made_up, weights, k=500_000)

    def section(number: int) -> str:
        words = " ".join(draw.sample(sentences, 2)).split()
        changed = " ".join(draw.choice(pool) if draw.random() < 0.33 else word for word in words)
        return f"Section {draw.choice(pool)} {number}\n\n{changed}.\n\n"

    for number in tqdm(range(-(-passages // SECTIONS_A_DOCUMENT)), desc="synthetic documents"):
        left = min(SECTIONS_A_DOCUMENT, passages - number * SECTIONS_A_DOCUMENT)
        text = "".join(section(one) for one in range(left))
        yield Document(f"synthetic-{number}", "Synthetic", guide.language, text, read_plain_text(text))


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which `share` percent of them lie."""
    return quantiles(values, n=100, method="inclusive")[share - 1]
