"""The gold questions themselves: enough of each class, and only what a document says."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.evaluation.gold import SAYING, GoldQuestion, read_gold
from bot.evaluation.scoring import read_floors
from bot.language import Language, detect_language
from index.documents.loading import load_document
from index.wording import stands
from tests.conftest import KNOWLEDGE

GOLD = Path(__file__).parent
QUESTIONS = read_gold(GOLD)
# What issue 5 asks for, and for the other classes enough that one question is less than 5 %.
LEAST = {
    "plain": 40,
    "english": 40,
    "traditional": 20,
    "colloquial": 25,
    "premises": 25,
    "refusals": 50,
    "smalltalk": 20,
}


@cache
def text_of(document: str) -> str:
    loaded = load_document(KNOWLEDGE, document)
    return f"{loaded.metadata.title}\n{loaded.text}"


def by_id(question: GoldQuestion) -> str:
    return question.id


def test_every_class_has_enough_questions() -> None:
    counts = Counter(question.category for question in QUESTIONS)
    assert {name: counts[name] for name in LEAST if counts[name] < LEAST[name]} == {}
    assert sum(counts.values()) >= 230


def test_conversations_ask_enough_follow_ups_and_stand_alone_questions() -> None:
    inner = _inner_turns()
    assert sum(question.resolved is True for question in inner) >= 40
    # With 30, one error is 3 %: the aim of 98 % means none.
    assert sum(question.resolved is False for question in inner) >= 30


def test_a_first_turn_takes_nothing_from_a_conversation() -> None:
    inner = {question.id for question in _inner_turns()}
    assert [q.id for q in QUESTIONS if q.resolved is True and q.id not in inner] == []


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.documents], ids=by_id)
def test_what_is_expected_stands_in_a_document(question: GoldQuestion) -> None:
    for words in (*question.contains, *question.rivals):
        assert any(stands(words, text_of(document)) for document in question.documents), words


def test_an_expected_answer_names_its_document() -> None:
    says = [q for q in QUESTIONS if set(q.status) <= SAYING]
    assert [question.id for question in says if not question.documents] == []
    assert [question.id for question in says if not question.contains] == []


def test_what_is_expected_of_a_refusal_can_be_checked() -> None:
    """Words without a document to stand in would prove nothing."""
    assert [q.id for q in QUESTIONS if q.contains and not q.documents] == []


def test_questions_are_in_the_language_of_their_class() -> None:
    expected = {"english": Language.ENGLISH, "traditional": Language.TRADITIONAL}
    wrong = [
        question.id
        for question in QUESTIONS
        if question.category in expected
        and detect_language(question.question) is not expected[question.category]
    ]
    assert wrong == []


def test_no_question_is_asked_twice() -> None:
    """Within a conversation the same words may mean something else each time."""
    asked = Counter((q.question, q.today) for q in QUESTIONS if q.session is None)
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_class_has_a_floor() -> None:
    assert set(read_floors(GOLD).classes) == {question.category for question in QUESTIONS}


def _inner_turns() -> list[GoldQuestion]:
    seen: set[str] = set()
    inner = []
    for question in QUESTIONS:
        if question.session in seen:
            inner.append(question)
        elif question.session is not None:
            seen.add(question.session)
    return inner
