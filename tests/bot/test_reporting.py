import json

import pytest

from bot.batch import BatchLine
from bot.reporting import build_lines, hit_lines, hits_record, progress_bars, snapshot_lines
from index.build import BuildReport, DocumentChanges, PassageChanges, Refusal
from index.embedding import SentenceEmbeddings
from index.searching import Searcher
from index.snapshot import CheckFailure, CheckReport
from tests.conftest import Workbench

REPORT = BuildReport(
    snapshot="0002-20240101T000000Z",
    published=True,
    documents=DocumentChanges(
        created=tuple(f"{number:02}.md" for number in range(12)),
        updated=("updated.md",),
        deleted=("deleted.md",),
        unchanged=3,
    ),
    passages=PassageChanges(created=5, updated=4, deleted=2, unchanged=1),
    embedded=9,
    refused=(Refusal(document="broken.md", reason="broken.md: not UTF-8 text"),),
    warnings=("card.txt: date of publication unknown",),
    checks=CheckReport(
        passed=7,
        failures=(CheckFailure(id="c", question="有吗？", expected="answered", found="nothing"),),
    ),
    elapsed_ms=1234,
)


def test_a_build_is_summed_up_for_people() -> None:
    lines = list(build_lines(REPORT, dry_run=False))
    text = "\n".join(lines)
    assert "updated.md" in text
    assert "deleted.md" in text
    assert "broken.md: not UTF-8 text" in text
    assert "date of publication unknown" in text
    assert "有吗？ — expected answered; nothing" in text
    assert "7 passed, 1 failed" in text
    assert any("12 created, 1 updated, 1 deleted, 3 unchanged, 1 refused" in x for x in lines)
    assert any("5 created, 4 updated, 2 deleted, 1 unchanged, 9 embedded" in x for x in lines)
    assert lines[-1] == "published  0002-20240101T000000Z (1.2 s)"


def test_a_long_list_is_cut_with_a_count() -> None:
    text = "\n".join(build_lines(REPORT, dry_run=False))
    assert "09.md" in text
    assert "10.md" not in text
    assert "… and 2 more" in text


def test_every_refusal_is_named() -> None:
    refused = tuple(Refusal(document=f"{n}", reason=f"file {n}: bad") for n in range(30))
    text = "\n".join(build_lines(REPORT.model_copy(update={"refused": refused}), dry_run=False))
    assert all(refusal.reason in text for refusal in refused)


def test_a_summary_says_what_is_in_service() -> None:
    held_back = REPORT.model_copy(update={"published": False})
    assert "0002-20240101T000000Z, as before" in list(build_lines(held_back, dry_run=False))[-1]
    assert "nothing written" in list(build_lines(REPORT, dry_run=True))[-1]
    none = REPORT.model_copy(update={"published": False, "snapshot": None})
    assert "in service none" in list(build_lines(none, dry_run=False))[-1]


def test_the_snapshot_in_service_is_marked(workbench: Workbench) -> None:
    assert list(snapshot_lines([], None)) == ["no snapshots yet; run “xinzhou index”"]
    workbench.build()
    workbench.build(force=True)
    manifest = workbench.store.rollback()
    lines = list(snapshot_lines(workbench.store.manifests(), workbench.store.current_name()))
    assert [line[0] for line in lines] == [" ", "*"]
    assert manifest.name in lines[1]
    assert "3 documents" in lines[1]


def test_hits_are_told_to_scripts_and_to_people(
    workbench: Workbench, embeddings: SentenceEmbeddings
) -> None:
    workbench.knowledge.write("long.md", "# 长文\n\n" + "法兰产量很大，" * 20 + "完。\n")
    workbench.build()
    hits = Searcher(workbench.store.open_current(), embeddings).hits("法兰产量很大", top=3)
    record = hits_record(BatchLine(question="法兰产量很大", id="q"), hits)
    assert (record["id"], record["question"]) == ("q", "法兰产量很大")
    assert [hit["passage"] for hit in record["hits"]] == [hit.passage.id for hit in hits]
    assert [hit["text"] for hit in record["hits"]] == [hit.passage.text for hit in hits]
    assert json.loads(json.dumps(record)) == record
    lines = list(hit_lines(hits))
    assert len(lines) == 3 * len(hits)
    assert [line[:3] for line in lines[::3]] == [" 1.", " 2.", " 3."]
    assert any(line.endswith("…") for line in lines[1::3])
    assert all(hit.passage.id in line for hit, line in zip(hits, lines[2::3], strict=True))


def test_progress_is_not_drawn_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bars() as progress:
        progress("reading", 1, 2)
    output = capfd.readouterr()
    assert output.out + output.err == ""
