from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document

from index.documents.model import DocumentKind
from index.embedding import SentenceEmbeddings
from index.errors import SnapshotError
from index.retrieval import Filters, HybridRetriever
from index.searching import LiveIndex, Searcher
from tests.conftest import CARD, Workbench

EXPIRED = """---
title: 旧办法
published: 2019-01-01
effective: 2019-02-01
expires: 2021-12-31
supersedes: older.md
language: zh
---

# 旧办法

租房补贴每月五百元，人才公寓租金减半。
"""


@pytest.fixture
def live(
    workbench: Workbench, embeddings: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> LiveIndex:
    """Follows the workbench's store, looking at the pointer every time."""
    monkeypatch.setattr("index.searching._POINTER_AGE_SECONDS", 0)
    workbench.build()
    return LiveIndex(workbench.store, embeddings)


@pytest.fixture
def searcher(workbench: Workbench, embeddings: SentenceEmbeddings) -> Searcher:
    workbench.knowledge.write("old.md", EXPIRED)
    workbench.build()
    return Searcher(workbench.store.open_current(), embeddings)


def served(live: LiveIndex) -> str:
    return live.searcher().manifest.name


class TestLiveIndex:
    def test_it_follows_the_pointer_without_a_restart(
        self, live: LiveIndex, workbench: Workbench
    ) -> None:
        first = served(live)
        workbench.knowledge.write("card.txt", CARD + "此卡免费办理。\n")
        second = workbench.build().snapshot
        assert served(live) == second != first
        assert any("免费" in hit.page_content for hit in live.searcher().hits("服务卡免费吗"))
        workbench.store.rollback()
        assert served(live) == first

    def test_it_stays_the_same_while_nothing_changes(self, live: LiveIndex) -> None:
        assert live.searcher() is live.searcher()

    def test_the_pointer_is_not_read_for_every_question(
        self, live: LiveIndex, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.searching._POINTER_AGE_SECONDS", 3600)
        first = served(live)
        workbench.build(force=True)
        assert served(live) == first

    def test_a_damaged_snapshot_is_refused_and_the_old_one_stays(
        self, live: LiveIndex, workbench: Workbench, caplog: pytest.LogCaptureFixture
    ) -> None:
        first = served(live)
        second = workbench.build(force=True).snapshot
        assert second is not None
        (workbench.store.folder / "snapshots" / second / "passages.jsonl").write_bytes(b"")
        assert served(live) == first
        assert served(live) == first
        assert live.searcher().hits("法兰")
        refusals = [record.message for record in caplog.records if "refused" in record.message]
        assert len(refusals) == 1  # said once, not for every question
        assert second in refusals[0]
        assert first in refusals[0]
        third = workbench.build(force=True).snapshot
        assert served(live) == third

    @pytest.mark.parametrize("pointer", [b"", b"\xff", b"0099-20240101T000000Z\n", None])
    def test_a_damaged_pointer_leaves_the_old_snapshot(
        self, live: LiveIndex, workbench: Workbench, pointer: bytes | None
    ) -> None:
        first = served(live)
        file = workbench.store.folder / "current"
        if pointer is None:
            file.unlink()
        else:
            file.write_bytes(pointer)
        assert served(live) == first

    def test_a_snapshot_of_another_model_is_refused(
        self, live: LiveIndex, workbench: Workbench, tmp_path: Path
    ) -> None:
        first = served(live)
        name = workbench.build(force=True).snapshot
        assert name is not None
        manifest = workbench.store.folder / "snapshots" / name / "manifest.json"
        model_id = workbench.cache.embeddings.model_id
        manifest.write_text(manifest.read_text("utf-8").replace(model_id, "other@1"), "utf-8")
        assert served(live) == first

    def test_without_a_snapshot_it_says_so_until_there_is_one(
        self, workbench: Workbench, embeddings: SentenceEmbeddings
    ) -> None:
        live = LiveIndex(workbench.store, embeddings)
        for _ in range(2):
            with pytest.raises(SnapshotError, match="run “xinzhou index”"):
                live.searcher()
        workbench.build()
        assert live.searcher().hits("法兰")

    def test_the_snapshot_in_service_outlives_its_folder(
        self, live: LiveIndex, workbench: Workbench
    ) -> None:
        searcher = live.searcher()
        for _ in range(6):
            workbench.build(force=True)
        assert searcher.manifest.name not in [m.name for m in workbench.store.manifests()]
        assert searcher.hits("法兰产量")[0].passage.document == "flange.md"

    def test_threads_get_the_same_searcher(self, live: LiveIndex) -> None:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: live.searcher(), range(16)))
        assert len({id(searcher) for searcher in found}) == 1


class TestSearcher:
    def test_hits_are_langchain_documents_sorted_best_first(self, searcher: Searcher) -> None:
        hits = searcher.hits("定襄法兰占全国多少")
        assert all(isinstance(hit, Document) for hit in hits)
        assert hits[0].passage.document == "flange.md"
        assert "44%" in hits[0].page_content
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.id for hit in hits}) == len(hits)
        assert all(hit.id == hit.passage.id for hit in hits)
        assert all(hit.page_content == hit.passage.text for hit in hits)

    def test_at_most_as_many_as_asked_for(self, searcher: Searcher) -> None:
        every = searcher.hits("人才", top=1000)
        assert len(every) == searcher.manifest.passages
        assert [hit.id for hit in searcher.hits("人才", top=2)] == [hit.id for hit in every[:2]]

    @pytest.mark.parametrize(
        ("filters", "documents"),
        [
            (Filters(), {"flange.md", "apartment.md", "card.txt", "old.md"}),
            (Filters(topics=frozenset({"industry"})), {"flange.md"}),
            (Filters(places=frozenset({"定襄县", "太原市"})), {"flange.md"}),
            (Filters(kinds=frozenset({DocumentKind.POLICY})), {"apartment.md"}),
            # A document whose language is not known may be in any.
            (Filters(languages=frozenset({"en"})), {"card.txt"}),
            (
                Filters(in_force_on=date(2022, 1, 1)),
                {"flange.md", "apartment.md", "card.txt"},
            ),
            (Filters(in_force_on=date(2019, 1, 31)), {"flange.md", "apartment.md", "card.txt"}),
            (
                Filters(in_force_on=date(2021, 12, 31)),
                {"flange.md", "apartment.md", "card.txt", "old.md"},
            ),
            (Filters(topics=frozenset({"nothing"})), set()),
            (
                Filters(topics=frozenset({"industry"}), kinds=frozenset({DocumentKind.POLICY})),
                set(),
            ),
        ],
    )
    def test_filters_let_through_what_they_name(
        self, searcher: Searcher, filters: Filters, documents: set[str]
    ) -> None:
        hits = searcher.hits("人才公寓和法兰", top=100, filters=filters)
        assert {hit.passage.document for hit in hits} == documents

    def test_quotes_stand_word_for_word_in_their_passage(self, searcher: Searcher) -> None:
        findings = searcher.find("定襄法兰产量占全国产量的多少？")
        assert findings.evidence.quotes
        for quote in findings.evidence.quotes:
            passage = searcher.passage(quote.passage.id)
            assert passage is not None
            start = quote.start - passage.start
            assert passage.text[start : start + len(quote.text)] == quote.text
            assert quote.end - quote.start == len(quote.text)
        assert "44%" in findings.evidence.quotes[0].text
        assert 0 <= findings.evidence.probability <= 1

    def test_where_nothing_may_answer_there_is_no_evidence(self, searcher: Searcher) -> None:
        findings = searcher.find("法兰", Filters(topics=frozenset({"nothing"})))
        assert (findings.hits, findings.evidence.quotes) == ((), ())
        assert findings.evidence.probability == 0

    @pytest.mark.parametrize("question", ["", "？！", "😀" * 50, "a" * 10_000, "忻" * 10_000])
    def test_any_question_can_be_searched(self, searcher: Searcher, question: str) -> None:
        findings = searcher.find(question)
        assert len(findings.hits) <= searcher.manifest.passages
        assert 0 <= findings.evidence.probability <= 1

    def test_what_is_current_depends_on_dates_and_successors(self, searcher: Searcher) -> None:
        assert searcher.is_current("old.md", date(2021, 12, 31))
        assert not searcher.is_current("old.md", date(2022, 1, 1))
        assert not searcher.is_current("old.md", date(2019, 1, 31))
        assert searcher.is_current("card.txt", date(2050, 1, 1))

    def test_a_superseded_document_is_not_current(
        self, workbench: Workbench, embeddings: SentenceEmbeddings
    ) -> None:
        new = EXPIRED.replace("older.md", "apartment.md").replace("expires: 2021-12-31\n", "")
        workbench.knowledge.write("new.md", new)
        workbench.build()
        searcher = Searcher(workbench.store.open_current(), embeddings)
        assert not searcher.is_current("apartment.md", date(2024, 6, 1))
        assert searcher.is_current("new.md", date(2024, 6, 1))

    def test_passages_and_metadata_are_found_by_name(self, searcher: Searcher) -> None:
        hit = searcher.hits("法兰")[0]
        assert searcher.passage(hit.passage.id) == hit.passage
        assert searcher.passage("flange.md#999") is None
        assert searcher.metadata("flange.md").publisher == "忻州日报"
        assert searcher.configuration.profile is None

    def test_the_retriever_is_langchains(
        self, workbench: Workbench, embeddings: SentenceEmbeddings
    ) -> None:
        workbench.build()
        retriever = HybridRetriever(snapshot=workbench.store.open_current(), embeddings=embeddings)
        documents = retriever.invoke("公寓里有空调吗")
        assert documents[0].page_content.startswith("人才公寓户型齐全")

    def test_a_snapshot_of_another_model_is_not_searched(
        self, workbench: Workbench, tmp_path: Path
    ) -> None:
        workbench.build()
        (tmp_path / "model").mkdir()
        other = SentenceEmbeddings(str(tmp_path / "model"), tmp_path)
        with pytest.raises(SnapshotError, match="run “xinzhou index”"):
            Searcher(workbench.store.open_current(), other)
