import math
from pathlib import Path

import pytest

from bot.answering.answer import Answer, Status
from bot.evaluation.gold import GoldError, GoldQuestion
from bot.evaluation.judging import Outcome, judge
from bot.evaluation.scoring import (
    FLOORS_FILE,
    Floors,
    Judged,
    below_floor,
    by_class,
    figures,
    read_floors,
)
from tests.bot.evaluation.examples import PASSAGES, answer, citation, gold


def judged(question: GoldQuestion, reply: Answer) -> Judged:
    return Judged(question, reply, judge(question, reply, PASSAGES.get))


RIGHT = judged(gold(documents=["flange.md"]), answer())
REFUSED = judged(gold(documents=["flange.md"]), answer(Status.NOT_FOUND))
WRONGLY_CITED = judged(gold(documents=["other.md"]), answer())
INVENTED = judged(gold(status=["not_found"], **{"class": "refusals"}), answer())
TURNED_AWAY = judged(gold(status=["not_found"], **{"class": "refusals"}), answer(Status.NOT_FOUND))


def turn(session: str, *, resolved: bool, understood_as: str | None) -> Judged:
    question = gold(session=session, resolved=resolved)
    return judged(question, answer(understood_as=understood_as))


class TestByClass:
    def test_counts(self) -> None:
        plain, refusals = by_class([RIGHT, INVENTED, REFUSED, WRONGLY_CITED, TURNED_AWAY])
        assert (plain.name, plain.asked) == ("plain", 3)
        assert plain.outcomes == {Outcome.RIGHT: 2, Outcome.REFUSED_WRONGLY: 1}
        assert (plain.citations.count, plain.citations.total) == (1, 2)
        assert (plain.passed.count, plain.passed.total) == (1, 3)
        assert refusals.outcomes == {Outcome.WRONG: 1, Outcome.REFUSED_RIGHTLY: 1}
        assert refusals.passed.value == 0.5

    def test_a_share_of_nothing_is_not_zero(self) -> None:
        (score,) = by_class([REFUSED])
        assert math.isnan(score.citations.value)


class TestFigures:
    def test_answerable_and_unanswerable_are_counted_apart(self) -> None:
        found = figures([RIGHT, REFUSED, WRONGLY_CITED, INVENTED, TURNED_AWAY])
        assert (found.right.count, found.right.total) == (1, 3)
        assert (found.refused.count, found.refused.total) == (1, 3)
        assert (found.not_invented.count, found.not_invented.total) == (1, 2)

    def test_first_turns_are_not_counted_as_left_alone(self) -> None:
        found = figures(
            [
                turn("a", resolved=False, understood_as=None),
                turn("a", resolved=True, understood_as="x"),
                turn("a", resolved=True, understood_as=None),
                turn("b", resolved=False, understood_as=None),
                turn("a", resolved=False, understood_as="x"),
            ]
        )
        assert (found.understood.count, found.understood.total) == (1, 2)
        assert (found.left_alone.count, found.left_alone.total) == (0, 1)

    def test_every_misquote_is_counted(self) -> None:
        twice = judged(gold(), answer(citations=(citation("甲"), citation("乙"), citation())))
        assert figures([twice, RIGHT]).misquoted == 2

    def test_nothing_asked(self) -> None:
        found = figures([])
        shares = (found.right, found.not_invented, found.refused, found.understood)
        assert all(math.isnan(share.value) for share in shares)


class TestFloors:
    def below(self, items: list[Judged], **floors: object) -> list[str]:
        found = Floors.model_validate(floors)
        return list(below_floor(by_class(items), figures(items), found))

    def test_what_reaches_its_floor_is_not_named(self) -> None:
        assert self.below([RIGHT, REFUSED], classes={"plain": 0.5}, right=0.5) == []

    def test_a_class_below_its_floor_is_named(self) -> None:
        (line,) = self.below([RIGHT, REFUSED], classes={"plain": 0.51})
        assert line == "plain: 50.0% pass, the floor is 51.0%"

    def test_a_class_that_is_gone_is_named(self) -> None:
        assert self.below([RIGHT], classes={"english": 0.1}) == [
            "english: there are no such questions"
        ]

    def test_too_many_refusals_and_misquotes_are_named(self) -> None:
        misquoted = judged(gold(), answer(citations=(citation("甲"),)))
        lines = self.below([REFUSED, misquoted], refused_at_most=0.4)
        assert lines == [
            "refused wrongly: 50.0%, at most 40.0%",
            "not word for word: 1 quotes, at most 0",
        ]

    def test_a_figure_of_nothing_lies_below_no_floor(self) -> None:
        assert self.below([RIGHT], not_invented=1.0, understood=1.0) == []

    def test_read_beside_the_questions(self, tmp_path: Path) -> None:
        (tmp_path / FLOORS_FILE).write_text("classes: {plain: 0.9}\nright: 0.8\n")
        floors = read_floors(tmp_path)
        assert (floors.classes, floors.right, floors.misquoted_at_most) == ({"plain": 0.9}, 0.8, 0)

    def test_no_file_means_no_floors(self, tmp_path: Path) -> None:
        assert read_floors(tmp_path) == Floors()

    @pytest.mark.parametrize("text", ["rihgt: 0.5", "classes: [", "right: high"])
    def test_a_wrong_file_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / FLOORS_FILE).write_text(text)
        with pytest.raises(GoldError, match=FLOORS_FILE):
            read_floors(tmp_path)
