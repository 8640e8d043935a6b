"""Questions end to end: the project's own knowledge folder, the real model, no mocks."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.answering.answer import Answer, Status
from bot.assistant import Assistant, Question
from bot.language import Language
from index.embedding import SentenceEmbeddings
from index.errors import SnapshotError
from index.searching import LiveIndex, Searcher
from index.store import SnapshotStore
from tests.conftest import FLANGE, Workbench

ARTICLE = "articles/2023-10-27_xinzhou-daily.md"


@pytest.fixture(scope="module")
def assistant(real_store: SnapshotStore, embeddings: SentenceEmbeddings) -> Assistant:
    return Assistant(LiveIndex(real_store, embeddings))


def ask(assistant: Assistant, text: str, **values: object) -> Answer:
    return assistant.answer(Question(text, **values))  # type: ignore[arg-type]


def test_the_founding_article_answers(assistant: Assistant) -> None:
    answer = ask(assistant, "定襄法兰产量占全国多少？", id="q1")
    assert (answer.id, answer.question) == ("q1", "定襄法兰产量占全国多少？")
    assert answer.status is Status.ANSWERED
    assert answer.language is Language.SIMPLIFIED
    assert "44%" in answer.text
    cited = next(citation for citation in answer.citations if "44%" in citation.quote)
    assert (cited.document, cited.published) == (ARTICLE, date(2023, 10, 27))
    assert cited.publisher == "忻州日报"
    assert cited.title == "忻州:全力以赴抓招商 千方百计引人才"
    assert (cited.url or "").startswith("https://")
    assert answer.as_of is not None
    assert answer.as_of >= date(2023, 10, 27)
    assert 0.5 <= answer.confidence <= 1


def test_quotes_stand_word_for_word_in_the_document_they_cite(
    assistant: Assistant, real_store: SnapshotStore
) -> None:
    questions = (
        "定襄法兰产量占全国多少？",
        "人才公寓有哪些配套设施？",
        "中能汇通一期投资多少？",
        "人才服務卡可以享受什麼？",
        "What do the talent apartments offer?",
        "雄忻高铁全长多少公里？有多快？",
    )
    answers = [ask(assistant, question) for question in questions]
    assert answers[0].citations
    snapshot = real_store.open_current()
    passages = {passage.id: passage for passage in snapshot.passages}
    for answer in answers:
        for citation in answer.citations:
            assert citation.quote in passages[citation.passage].text
            assert passages[citation.passage].document == citation.document
            metadata = snapshot.documents[citation.document].metadata
            assert (citation.title, citation.publisher) == (metadata.title, metadata.publisher)
            assert (citation.published, citation.url) == (metadata.published, metadata.url)
        dates = [citation.published for citation in answer.citations if citation.published]
        assert answer.as_of == max(dates, default=None)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("你好", Status.SMALL_TALK),
        ("你能做什么？", Status.SMALL_TALK),
        ("😀😀", Status.CLARIFY),
        ("", Status.CLARIFY),
        ("\x00\x07\x1b", Status.CLARIFY),
        ("忻" * 10_000, Status.CLARIFY),
        ("我的身份证号是11010519491231002X，能办卡吗？", Status.PERSONAL_DATA),
        ("上海有什么落户政策？", Status.OUT_OF_SCOPE),
    ],
)
def test_what_no_document_answers_is_not_answered(
    assistant: Assistant, question: str, status: Status
) -> None:
    answer = ask(assistant, question)
    assert answer.status is status
    assert answer.headline
    assert answer.citations == ()
    assert answer.as_of is None


def test_a_question_beside_the_documents_is_refused_without_citations(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "怎样修理自行车的链条？")
    assert answer.status in {Status.NOT_FOUND, Status.OUT_OF_SCOPE}
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("人才公寓有空調嗎？", Language.TRADITIONAL),
        ("What does the talent service card offer?", Language.ENGLISH),
        ("人才公寓有空调吗？", Language.SIMPLIFIED),
    ],
)
def test_the_reply_is_in_the_language_of_the_question(
    assistant: Assistant, question: str, language: Language
) -> None:
    assert ask(assistant, question).language is language


def test_the_language_can_be_chosen(assistant: Assistant) -> None:
    chosen = ask(assistant, "你好", language=Language.ENGLISH)
    assert chosen.language is Language.ENGLISH
    assert chosen.text.isascii()


def test_a_follow_up_is_understood_in_its_session(assistant: Assistant) -> None:
    ask(assistant, "定襄有多少锻造企业？", session="a")
    ask(assistant, "人才公寓有空调吗？", session="b")
    follow_up = ask(assistant, "它的法兰产量占全国多少？", session="a")
    assert follow_up.understood_as is not None
    assert "定襄" in follow_up.understood_as


def test_a_forgotten_session_starts_anew(assistant: Assistant) -> None:
    ask(assistant, "定襄有多少锻造企业？", session="c")
    assistant.forget("c")
    assistant.forget("never seen")
    again = ask(assistant, "它在哪里？", session="c")
    assert again.understood_as is None or "定襄" not in again.understood_as


def test_a_question_that_stands_alone_is_left_alone(assistant: Assistant) -> None:
    ask(assistant, "人才公寓有空调吗？", session="d")
    answer = ask(assistant, "定襄法兰产量占全国多少？", session="d")
    assert answer.understood_as is None
    assert "44%" in answer.text


def test_today_stands_in_for_the_clock(
    workbench: Workbench, embeddings: SentenceEmbeddings
) -> None:
    workbench.knowledge.write("flange.md", FLANGE.replace("url:", "expires: 2025-12-31\nurl:"))
    workbench.knowledge.write("glossary.yaml", "- {id: flange, term: 定襄法兰, also: [法兰]}")
    (workbench.knowledge.root / "apartment.md").unlink()
    (workbench.knowledge.root / "card.txt").unlink()
    workbench.build()
    assistant = Assistant(LiveIndex(workbench.store, embeddings))
    question = "定襄法兰产量占全国多少？"
    valid = ask(assistant, question, today=date(2025, 12, 31))
    assert (valid.status, valid.citations[0].document) == (Status.ANSWERED, "flange.md")
    ended = ask(assistant, question, today=date(2026, 1, 1))
    assert ended.status is Status.OUTDATED
    assert "2025-12-31" in ended.text
    assert "44%" in ended.text


def test_a_new_snapshot_is_answered_from_at_once(
    workbench: Workbench, embeddings: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.searching._POINTER_AGE_SECONDS", 0)
    workbench.build()
    assistant = Assistant(LiveIndex(workbench.store, embeddings))
    before = assistant.manifest.name
    workbench.knowledge.write("profile.yaml", PROFILE)
    workbench.build()
    assert assistant.manifest.name != before
    assert ask(assistant, "你好").headline == "您好，这里是某市。"
    assert assistant.configuration.profile is not None


def test_a_passage_can_be_shown_with_its_source(assistant: Assistant) -> None:
    citation = ask(assistant, "定襄法兰产量占全国多少？").citations[0]
    passage = assistant.passage(citation.passage)
    assert passage is not None
    assert citation.quote in passage.text
    assert (passage.title, passage.published) == (citation.title, citation.published)
    assert passage.breadcrumb[0] == citation.title
    assert assistant.passage("no such passage") is None


def test_without_a_snapshot_it_says_what_to_do(
    workbench: Workbench, embeddings: SentenceEmbeddings
) -> None:
    assistant = Assistant(LiveIndex(workbench.store, embeddings))
    with pytest.raises(SnapshotError, match="run “xinzhou index”"):
        ask(assistant, "定襄法兰产量占全国多少？")


def test_what_breaks_becomes_an_answer_with_a_reference_that_the_log_explains(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Searcher, *values: object) -> None:
        raise ZeroDivisionError("the cause")

    monkeypatch.setattr(Searcher, "metadata", fail)
    monkeypatch.setattr(Searcher, "find", fail)
    answer = ask(assistant, "定襄法兰产量占全国多少？", id="q9")
    assert (answer.id, answer.status, answer.citations) == ("q9", Status.ERROR, ())
    assert "ZeroDivisionError" not in answer.text
    (record,) = [record for record in caplog.records if record.exc_info]
    reference = record.getMessage().rsplit(" ", 1)[-1]
    assert reference in answer.text
    assert "the cause" in caplog.text


def test_threads_get_the_answers_to_their_own_questions(assistant: Assistant) -> None:
    questions = ["定襄法兰产量占全国多少？", "人才公寓有空调吗？"] * 4
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda text: ask(assistant, text), questions))
    alone = {text: ask(assistant, text).text for text in set(questions)}
    assert [answer.text for answer in answers] == [alone[text] for text in questions]


@hypothesis_settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60))
def test_any_text_gets_an_answer_that_is_json(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)
    assert answer.status is not Status.ERROR
    json.dumps(answer.contract(explain=True))


def test_broken_characters_get_an_answer_that_is_text(assistant: Assistant) -> None:
    record = ask(assistant, "人才公寓有空调吗\udcff？").contract()
    json.dumps(record, ensure_ascii=False).encode()
    assert record["question"] == "人才公寓有空调吗\ufffd？"


PROFILE = """
name: {zh: 某市人才政策, en: talent policy}
place: {zh: 某市, en: Somewhere}
greeting: {zh: 您好，这里是某市。, en: Hello}
about: {zh: 我回答问题, en: I answer}
"""
