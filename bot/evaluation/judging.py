"""Judges one answer against one gold question. Pure: nothing is asked, nothing is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.answer import Answer, Citation, Status
from bot.evaluation.gold import REFUSING, SAYING, Expectation, GoldQuestion
from index.wording import position, stands

PassageText = Callable[[str], str | None]
"""The text of a passage by its id; None where there is no such passage."""


class Outcome(StrEnum):
    """What an answer amounts to."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED_RIGHTLY = "refused rightly"
    REFUSED_WRONGLY = "refused wrongly"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is right and wrong about one answer.

    Attributes:
        outcome: right or wrong, said or refused. Says nothing about citations and conversation.
        is_citation_right: whether one of the documents is cited; None where none is expected or
            nothing is said.
        is_resolved_rightly: whether it was taken up from the conversation, or left alone, as
            expected; None where nothing is expected.
        is_invented: whether something is said that no document says; None for a question that
            documents answer.
        is_leading: whether a right answer begins with what was asked for: its first line holds
            the first of `contains`; None where nothing right is said.
        misquoted: citations whose quote does not stand word for word in their passage.
        problems: all that is wrong, in words.
    """

    outcome: Outcome
    is_citation_right: bool | None
    is_resolved_rightly: bool | None
    is_invented: bool | None
    is_leading: bool | None
    misquoted: tuple[Citation, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def judge(gold: GoldQuestion, answer: Answer, passage_text: PassageText) -> Verdict:
    """Judge an answer.

    Args:
        gold: the question and what is expected.
        answer: what came.
        passage_text: gives the texts that quotes must stand in.
    """
    status_is_right = answer.status in gold.status
    says = answer.status in SAYING
    word_problems = list(_word_problems(gold, answer)) if says else []
    cites = any(citation.document in gold.documents for citation in answer.citations)
    is_citation_right = cites if says and gold.documents else None
    resolved = _resolution_problem(gold, answer)
    misquoted = tuple(
        citation
        for citation in answer.citations
        if citation.quote not in (passage_text(citation.passage) or "")
    )
    problems = list(word_problems)
    if not status_is_right:
        expected = " or ".join(gold.status)
        problems.insert(0, f"the status is {answer.status}, expected {expected}")
    if is_citation_right is False:
        problems.append(f"none of the expected documents is cited: {', '.join(gold.documents)}")
    if says and not answer.citations:
        problems.append("nothing is cited")
    if resolved:
        problems.append(resolved)
    problems += [f"not word for word in {item.passage}: “{item.quote}”" for item in misquoted]
    outcome = _outcome(gold, answer.status, has_right_words=not word_problems)
    leads = bool(gold.contains) and stands(gold.contains[0], answer.headline)
    return Verdict(
        outcome=outcome,
        is_citation_right=is_citation_right,
        is_resolved_rightly=None if gold.resolved is None else resolved is None,
        is_invented=_is_invented(gold, answer, word_problems),
        is_leading=leads if gold.contains and says and outcome is Outcome.RIGHT else None,
        misquoted=misquoted,
        problems=tuple(problems),
    )


def _outcome(gold: GoldQuestion, status: Status, *, has_right_words: bool) -> Outcome:
    if status in gold.status:
        if status in REFUSING:
            return Outcome.REFUSED_RIGHTLY
        return Outcome.RIGHT if has_right_words else Outcome.WRONG
    could_be_said = any(expected in SAYING for expected in gold.status)
    if status in REFUSING and could_be_said:
        return Outcome.REFUSED_WRONGLY
    return Outcome.WRONG


def _word_problems(gold: GoldQuestion, answer: Answer) -> Iterator[str]:
    said = "\n".join((answer.text, *(citation.quote for citation in answer.citations)))
    for words in gold.contains:
        if not stands(words, said):
            yield f"“{words}” is missing"
    for words in gold.excludes:
        if stands(words, answer.text):
            yield f"“{words}” must not be said"
    if gold.contains:
        right = position(gold.contains[0], answer.text)
        for words in gold.rivals:
            rival = position(words, answer.text)
            if rival is not None and (right is None or rival < right):
                yield f"“{words}” stands before “{gold.contains[0]}”"


def _resolution_problem(gold: GoldQuestion, answer: Answer) -> str | None:
    understood = answer.understood_as
    if gold.resolved is True:
        if understood is None:
            return "it was not taken up from the conversation"
        if gold.understood and not any(stands(words, understood) for words in gold.understood):
            return f"it was understood as “{understood}”"
    if gold.resolved is False and understood is not None:
        return f"it stands alone, but was understood as “{understood}”"
    return None


def _is_invented(gold: GoldQuestion, answer: Answer, word_problems: list[str]) -> bool | None:
    """Whether a question that no document answers (wholly) was answered all the same.

    A part of an answer that lacks the right words is a wrong answer, but claims nothing about
    the part that is in no document.
    """
    if gold.expectation is not Expectation.REFUSAL:
        return None
    if answer.status not in SAYING:
        return False
    may_refuse = any(status in REFUSING for status in gold.status)
    says_excluded = any(stands(words, answer.text) for words in gold.excludes)
    return answer.status not in gold.status or says_excluded or (may_refuse and bool(word_problems))
