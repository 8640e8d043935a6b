import pytest

from bot.answering.answer import Answer, Status
from bot.evaluation.gold import GoldQuestion
from bot.evaluation.judging import Outcome, Verdict, judge
from tests.bot.evaluation.examples import PASSAGES, answer, citation, gold


def judged(question: GoldQuestion, reply: Answer) -> Verdict:
    return judge(question, reply, PASSAGES.get)


class TestOutcome:
    def test_right(self) -> None:
        verdict = judged(gold(contains=["44%"], documents=["flange.md"]), answer())
        assert verdict.outcome is Outcome.RIGHT
        assert verdict.is_citation_right is True
        assert verdict.passed

    def test_the_words_may_stand_in_a_quote_alone(self) -> None:
        assert judged(gold(contains=["产量的44%"]), answer(headline="四成多")).passed

    def test_missing_words_are_wrong(self) -> None:
        verdict = judged(gold(contains=["302户"]), answer())
        assert verdict.outcome is Outcome.WRONG
        assert verdict.problems == ("“302户” is missing",)

    def test_an_excluded_word_is_wrong_in_the_answer_but_not_in_a_quote(self) -> None:
        question = gold(excludes=["全国产量"])
        assert judged(question, answer()).outcome is Outcome.RIGHT
        assert judged(question, answer(headline="全国产量的44%")).outcome is Outcome.WRONG

    def test_a_rival_figure_may_only_follow(self) -> None:
        question = gold(contains=["44%"], rivals=["60%"])
        assert judged(question, answer(headline="44%，风电60%")).passed
        swapped = judged(question, answer(headline="60%，法兰44%"))
        assert swapped.problems == ("“60%” stands before “44%”",)
        assert judged(question, answer(headline="60%")).outcome is Outcome.WRONG

    @pytest.mark.parametrize(
        ("expected", "got", "outcome"),
        [
            (["answered"], Status.NOT_FOUND, Outcome.REFUSED_WRONGLY),
            (["answered"], Status.CLARIFY, Outcome.REFUSED_WRONGLY),
            (["partial"], Status.NOT_FOUND, Outcome.REFUSED_WRONGLY),
            (["answered"], Status.ERROR, Outcome.WRONG),
            (["answered"], Status.OUTDATED, Outcome.WRONG),
            (["answered"], Status.SMALL_TALK, Outcome.WRONG),
            (["not_found"], Status.NOT_FOUND, Outcome.REFUSED_RIGHTLY),
            (["not_found"], Status.OUT_OF_SCOPE, Outcome.WRONG),
            (["not_found"], Status.ANSWERED, Outcome.WRONG),
            (["not_found", "partial"], Status.NOT_FOUND, Outcome.REFUSED_RIGHTLY),
            (["personal_data"], Status.PERSONAL_DATA, Outcome.REFUSED_RIGHTLY),
            (["small_talk"], Status.SMALL_TALK, Outcome.RIGHT),
            (["outdated"], Status.OUTDATED, Outcome.RIGHT),
        ],
    )
    def test_by_status(self, expected: list[str], got: Status, outcome: Outcome) -> None:
        verdict = judged(gold(status=expected), answer(got))
        assert verdict.outcome is outcome
        assert verdict.passed is (got in expected)


class TestLeading:
    def test_the_first_line_holds_what_was_asked_for(self) -> None:
        assert judged(gold(contains=["44%"]), answer()).is_leading is True

    def test_what_only_follows_does_not_lead(self) -> None:
        verdict = judged(gold(contains=["44%"]), answer(headline="定襄的法兰很多"))
        assert verdict.is_leading is False
        assert verdict.passed

    @pytest.mark.parametrize("status", [Status.ANSWERED, Status.NOT_FOUND])
    def test_only_right_answers_are_asked(self, status: Status) -> None:
        assert judged(gold(contains=["302户"]), answer(status)).is_leading is None


class TestCitations:
    def test_another_document_is_a_wrong_citation_of_a_right_answer(self) -> None:
        verdict = judged(gold(documents=["a.md", "b.md"]), answer())
        assert verdict.outcome is Outcome.RIGHT
        assert verdict.is_citation_right is False
        assert not verdict.passed

    def test_one_of_several_is_enough(self) -> None:
        cited = (citation(document="other.md"), citation())
        verdict = judged(gold(documents=["flange.md"]), answer(citations=cited))
        assert verdict.is_citation_right is True

    def test_nothing_is_cited_where_nothing_is_said(self) -> None:
        verdict = judged(gold(documents=["flange.md"]), answer(Status.NOT_FOUND))
        assert verdict.is_citation_right is None

    def test_an_answer_without_any_citation_does_not_pass(self) -> None:
        assert judged(gold(), answer(citations=())).problems == ("nothing is cited",)

    @pytest.mark.parametrize("quote", ["定襄法兰占全国44%", "产量的 44%", "占全国产量的44％"])
    def test_a_quote_stands_word_for_word(self, quote: str) -> None:
        verdict = judged(gold(), answer(citations=(citation(quote),)))
        assert [wrong.quote for wrong in verdict.misquoted] == [quote]
        assert not verdict.passed

    def test_a_quote_of_an_unknown_passage_is_a_misquote(self) -> None:
        verdict = judged(gold(), answer(citations=(citation(document="gone.md"),)))
        assert len(verdict.misquoted) == 1


class TestConversation:
    def test_not_asked(self) -> None:
        assert judged(gold(), answer(understood_as="x")).is_resolved_rightly is None

    def test_taken_up(self) -> None:
        question = gold(resolved=True, understood=["定襄", "Dingxiang"])
        assert judged(question, answer(understood_as="定襄有多少户？")).is_resolved_rightly is True

    def test_not_taken_up(self) -> None:
        verdict = judged(gold(resolved=True), answer())
        assert verdict.is_resolved_rightly is False
        assert not verdict.passed

    def test_taken_up_as_something_else(self) -> None:
        question = gold(resolved=True, understood=["定襄"])
        verdict = judged(question, answer(understood_as="河曲有多少户？"))
        assert verdict.is_resolved_rightly is False
        assert verdict.problems == ("it was understood as “河曲有多少户？”",)

    def test_a_question_that_stands_alone_is_left_alone(self) -> None:
        assert judged(gold(resolved=False), answer()).is_resolved_rightly is True
        verdict = judged(gold(resolved=False), answer(understood_as="x"))
        assert verdict.is_resolved_rightly is False


class TestInvention:
    def test_does_not_concern_what_documents_answer(self) -> None:
        assert judged(gold(contains=["302户"]), answer()).is_invented is None

    @pytest.mark.parametrize(
        ("expected", "got", "invented"),
        [
            (["not_found"], Status.NOT_FOUND, False),
            (["not_found"], Status.OUT_OF_SCOPE, False),
            (["not_found"], Status.ANSWERED, True),
            (["not_found"], Status.PARTIAL, True),
            (["partial"], Status.PARTIAL, False),
            (["partial"], Status.ANSWERED, True),
            (["partial"], Status.NOT_FOUND, False),
            (["not_found", "partial"], Status.PARTIAL, False),
        ],
    )
    def test_by_status(self, expected: list[str], got: Status, *, invented: bool) -> None:
        assert judged(gold(status=expected), answer(got)).is_invented is invented

    def test_what_may_be_answered_must_be_answered_in_the_right_words(self) -> None:
        question = gold(status=["not_found", "answered"], contains=["没有收录"])
        assert judged(question, answer()).is_invented is True
        assert judged(question, answer(headline="条文没有收录")).is_invented is False

    def test_a_part_in_the_wrong_words_is_wrong_but_invents_nothing(self) -> None:
        verdict = judged(gold(status=["partial"], contains=["302户"]), answer(Status.PARTIAL))
        assert verdict.outcome is Outcome.WRONG
        assert verdict.is_invented is False

    def test_an_excluded_word_is_invented(self) -> None:
        question = gold(status=["partial"], excludes=["1000元"])
        said = answer(Status.PARTIAL, headline="每月1000元")
        assert judged(question, said).is_invented is True
