"""What the commands print: summaries for people, records for scripts."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.batch import BatchLine
from bot.gaps import Gap
from index.build import BuildReport, Progress
from index.retrieval import Hit
from index.snapshot import Manifest

# Longer lists are named by their first entries and a count.
_MAX_LISTED = 10
_EXCERPT_CHARACTERS = 120


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Progress bars on standard error, where that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bars:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done)

        yield show


def build_lines(report: BuildReport, *, dry_run: bool) -> Iterator[str]:
    """The summary of an indexing run."""
    documents, passages = report.documents, report.passages
    for name in ("created", "updated", "deleted"):
        for path in _listed(getattr(documents, name)):
            yield f"{name:>9}  {path}"
    for refusal in report.refused:
        yield f"  refused  {refusal.reason}"
    for warning in _listed(report.warnings):
        yield f"  warning  {warning}"
    if report.checks:
        for failure in report.checks.failures:
            yield f"   failed  {failure.question} — expected {failure.expected}; {failure.found}"
        yield f"checks     {report.checks.passed} passed, {len(report.checks.failures)} failed"
    yield (
        f"documents  {len(documents.created)} created, {len(documents.updated)} updated, "
        f"{len(documents.deleted)} deleted, {documents.unchanged} unchanged, "
        f"{len(report.refused)} refused"
    )
    yield (
        f"passages   {passages.created} created, {passages.updated} updated, "
        f"{passages.deleted} deleted, {passages.unchanged} unchanged, {report.embedded} embedded"
    )
    yield _outcome(report, dry_run=dry_run)


def snapshot_lines(manifests: Sequence[Manifest], current: str | None) -> Iterator[str]:
    """The list of snapshots, newest first."""
    if not manifests:
        yield "no snapshots yet; run “xinzhou index”"
    for manifest in manifests:
        mark = "*" if manifest.name == current else " "
        yield (
            f"{mark} {manifest.name}  {manifest.documents} documents, "
            f"{manifest.passages} passages, {manifest.model_id}"
        )


def hits_record(line: BatchLine, hits: Iterable[Hit]) -> dict[str, Any]:
    """The hits of one question, as scripts rely on them."""
    return {
        "id": line.id,
        "question": line.question,
        "hits": [
            {
                "document": hit.passage.document,
                "passage": hit.passage.id,
                "text": hit.passage.text,
                "breadcrumb": list(hit.passage.breadcrumb),
                "score": round(hit.score, 4),
            }
            for hit in hits
        ],
    }


def hit_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """The hits of one question, for people."""
    for rank, hit in enumerate(hits, start=1):
        text = hit.passage.text.replace("\n", " ")
        excerpt = text[:_EXCERPT_CHARACTERS] + ("…" if len(text) > _EXCERPT_CHARACTERS else "")
        yield f"{rank:>2}. {' > '.join(hit.passage.breadcrumb)}"
        yield f"    {excerpt}"
        yield f"    {hit.passage.id}  score {hit.score:.2f}"


def gap_lines(gaps: Sequence[Gap]) -> Iterator[str]:
    """The list of gaps."""
    if not gaps:
        yield "no open questions"
    for gap in gaps:
        rated = f", {gap.rated_down} rated down" if gap.rated_down else ""
        yield f"{len(gap.questions):>4} ×  {gap.question}  (last {gap.latest:%Y-%m-%d}{rated})"


def _listed(items: Sequence[str]) -> Iterator[str]:
    yield from items[:_MAX_LISTED]
    if len(items) > _MAX_LISTED:
        yield f"… and {len(items) - _MAX_LISTED} more"


def _outcome(report: BuildReport, *, dry_run: bool) -> str:
    seconds = report.elapsed_ms / 1000
    if dry_run:
        return f"dry run: nothing written ({seconds:.1f} s)"
    if report.published:
        return f"published  {report.snapshot} ({seconds:.1f} s)"
    return f"in service {report.snapshot or 'none'}, as before ({seconds:.1f} s)"
