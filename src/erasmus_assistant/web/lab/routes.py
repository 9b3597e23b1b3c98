"""The lab: runs of the benchmark for people who don't use a terminal."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from erasmus_assistant.errors import LabProblem
from erasmus_assistant.web.desk.guard import field
from erasmus_assistant.web.desk.pages import page
from erasmus_assistant.web.lab.runs import FILES, SPLITS, Lab, Run, Stage

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""The report has its style sheet inside; it can run nothing and load nothing."""
_SPOOLED = 8 * 1024 * 1024
_MEANINGS = {
    "hit@1": "the first passage found holds the answer",
    "hit@3": "one of the first three passages found does",
    "mrr@10": "one divided by the rank of the first such passage: 1 for the first, 0.5 for the second",
    "right": "the answer quotes what it should",
    "abstention_recall": "of the questions that the guide does not answer, those that were refused",
    "false_refusal": "of the questions that the guide answers, those that were refused; less is better",
    "quote_valid": "quotations that stand in the guide, character for character",
}


def add_lab(router: APIRouter, lab: Lab) -> None:
    """The pages of the lab: all runs, one run, two compared."""
    _add_overview(router, lab)
    _add_run(router, lab)


def _overview(request: Request, lab: Lab, error: str = "", status: int = 200) -> Response:
    runs = lab.all()
    return page(request, "lab.html", status, runs=runs, sets=lab.sets(), splits=SPLITS, error=error, stage=Stage)


def _add_overview(router: APIRouter, lab: Lab) -> None:
    @router.get("/lab")
    def show(request: Request) -> Response:
        return _overview(request, lab)

    @router.post("/lab/runs")
    def start(request: Request) -> Response:
        try:
            name = lab.start(field(request, "name", 80), field(request, "questions", 80), field(request, "split", 20))
        except LabProblem as problem:
            return _overview(request, lab, str(problem), 409)
        return RedirectResponse(f"/lab/runs/{name}", 303)

    @router.post("/lab/stop")
    def stop(request: Request) -> Response:
        lab.stop()
        return RedirectResponse("/lab?said=stopped", 303)

    @router.get("/lab/compare")
    def compare(request: Request) -> Response:
        before, after = (request.query_params.get(name, "") for name in ("before", "after"))
        try:
            found = lab.compare(before, after)
        except LabProblem as problem:
            return _overview(request, lab, str(problem), 409)
        return page(request, "compare.html", before=before, after=after, found=found)


def _add_run(router: APIRouter, lab: Lab) -> None:
    @router.get("/lab/runs/{name}")
    def run(request: Request, name: str) -> Response:
        held = _run(lab, name)
        groups = lab.groups(name) if held.stage in (Stage.FINISHED, Stage.KEPT) else {}
        return page(request, "run.html", run=held, groups=groups, meanings=_MEANINGS, stage=Stage)

    @router.get("/lab/runs/{name}/progress")
    def progress(name: str) -> Response:
        held = _run(lab, name)
        values = {"stage": held.stage.value, "done": held.done, "total": held.total, "log": held.log}
        return JSONResponse(values, headers={"cache-control": "no-store"})

    @router.get("/lab/runs/{name}/report")
    def report(name: str) -> Response:
        path = _folder(lab, name) / "report.html"
        if not path.is_file():
            raise HTTPException(404, "the run has no report yet")
        return HTMLResponse(path.read_text("utf-8"), headers={"content-security-policy": REPORT_POLICY})

    @router.get("/lab/runs/{name}/download")
    def download(name: str) -> Response:
        folder = _folder(lab, name)
        headers = {"content-disposition": f'attachment; filename="{name}.zip"', "cache-control": "no-store"}
        return StreamingResponse(_zipped(folder), media_type="application/zip", headers=headers)


def _run(lab: Lab, name: str) -> Run:
    try:
        return lab.get(name)
    except LabProblem as problem:
        raise HTTPException(404, str(problem)) from None


def _folder(lab: Lab, name: str) -> Path:
    """Where the files of a run are; a baseline has none."""
    if _run(lab, name).stage is Stage.KEPT:
        raise HTTPException(404, "of the baseline only the figures are kept; run the benchmark to have the rest")
    return lab.folder(name)


def _zipped(folder: Path) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spooled:
        file: IO[bytes] = spooled
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in FILES:
                if (folder / name).is_file():
                    archive.write(folder / name, f"{folder.name}/{name}")
        file.seek(0)
        while block := file.read(65536):
            yield block
