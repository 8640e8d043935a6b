"""The gate, run by a real build over a small knowledge folder."""

from pathlib import Path

import pytest

from bot.composition import Workshop
from bot.gate import make_gate
from bot.settings import Settings
from index.build import BuildReport
from index.embedding import SentenceEmbeddings
from tests.conftest import APARTMENT, Workbench

GREETED = "- {id: weather, question: 你好, status: not_found}\n"
PLACE = "- {id: taiyuan, question: 太原的人才公寓怎么申请？, status: out_of_scope}\n"
SHARE = (
    "- {id: share, question: 定襄法兰产量占全国产量的多少？, status: answered, "
    "document: flange.md, contains: [44%]}\n"
)
PROFILE = """
name: {zh: 忻州投资和人才政策, en: Xinzhou}
place: {zh: 忻州, en: Xinzhou}
greeting: {zh: 您好, en: Hello}
about: {zh: 我回答问题, en: I answer}
"""
GLOSSARY = """
- {id: xinzhou, term: 忻州市, kind: place, also: [忻州]}
- {id: dingxiang, term: 定襄县, kind: place, also: [定襄], parent: xinzhou}
"""


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    workbench.knowledge.write("profile.yaml", PROFILE)
    workbench.knowledge.write("glossary.yaml", GLOSSARY)
    return workbench


@pytest.fixture
def build(bench: Workbench, embeddings: SentenceEmbeddings):
    def build(*checks: str, force: bool = False) -> BuildReport:
        bench.knowledge.write("checks.yaml", "".join(checks))
        return bench.build(gate=make_gate(embeddings), force=force)

    return build


def test_a_snapshot_that_passes_is_published_with_the_result(bench: Workbench, build) -> None:
    report = build(PLACE, SHARE)
    assert report.checks is not None
    assert [failure.found for failure in report.checks.failures] == []
    assert (report.published, report.checks.passed) == (True, 2)
    assert bench.store.open_current().manifest.checks == report.checks


def test_a_folder_without_checks_passes(bench: Workbench, embeddings: SentenceEmbeddings) -> None:
    report = bench.build(gate=make_gate(embeddings))
    assert report.published
    assert report.checks is not None
    assert report.checks.passed == 0


def test_a_snapshot_that_fails_is_held_back_and_the_old_one_stays(bench: Workbench, build) -> None:
    before = build(PLACE).snapshot
    bench.knowledge.write("apartment.md", APARTMENT.replace("空调", "风扇"))
    report = build(PLACE, GREETED)
    assert not report.published
    assert "1 checks failed" in (report.held_back or "")
    assert bench.store.current_name() == report.snapshot == before


def test_force_publishes_all_the_same(build) -> None:
    report = build(GREETED, force=True)
    assert report.published
    assert report.checks is not None
    assert len(report.checks.failures) == 1


def test_a_failure_says_what_was_expected_and_what_came(build) -> None:
    report = build(GREETED)
    assert report.checks is not None
    (failure,) = report.checks.failures
    assert (failure.id, failure.question) == ("weather", "你好")
    assert failure.expected == "the reply that no document says it"
    assert failure.found == "it was taken for small talk (“您好”)"


def test_the_words_and_the_document_must_be_the_right_ones(build) -> None:
    wrong_words = SHARE.replace("44%", "空调").replace("id: share", "id: words")
    wrong_document = SHARE.replace("flange.md", "apartment.md").replace("id: share", "id: document")
    report = build(SHARE, wrong_words, wrong_document)
    assert report.checks is not None
    found = {failure.id: failure for failure in report.checks.failures}
    assert set(found) == {"words", "document"}
    assert found["words"].expected == "an answer from flange.md that says “空调”"
    assert found["document"].found.startswith("it was answered from flange.md (“")
    assert "none of the expected documents is cited: apartment.md" in found["document"].found


def test_the_checks_are_asked_of_the_new_snapshot_not_of_the_old(bench: Workbench, build) -> None:
    build(SHARE)
    flange = (bench.knowledge.root / "flange.md").read_text("utf-8")
    bench.knowledge.write("flange.md", flange.replace("44%", "45%"))
    assert not build(SHARE).published
    assert build(SHARE.replace("44%", "45%")).published


def test_the_workshop_puts_the_gate_in_only_where_it_is_asked_for(
    bench: Workbench, tmp_path: Path, model_folder: Path
) -> None:
    bench.knowledge.write("checks.yaml", GREETED)
    settings = Settings(
        knowledge_dir=bench.knowledge.root,
        index_dir=tmp_path / "gated",
        data_dir=tmp_path / "data",
        embedding_model=str(model_folder),
    )
    workshop = Workshop(settings)
    held_back = workshop.builder(has_gate=True).build()
    assert (held_back.published, workshop.store.current_name()) == (False, None)
    assert workshop.builder(has_gate=False).build().published
