"""Gold questions asked of a real small snapshot."""

import json
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.answering.answer import Answer
from bot.assistant import Assistant, Question
from bot.evaluation.evaluating import evaluate
from bot.evaluation.running import ask, assistant_over, reference_day
from index.embedding import SentenceEmbeddings
from index.snapshot import Snapshot
from tests.bot.evaluation.examples import gold
from tests.conftest import Run, Workbench


class _Listening(Assistant):
    """Remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer.model_construct(id=question.id)


@pytest.fixture
def snapshot(workbench: Workbench) -> Snapshot:
    workbench.build()
    return workbench.store.open_current()


def test_the_reference_day_is_that_of_the_newest_document(snapshot: Snapshot) -> None:
    assert reference_day(snapshot) == date(2024, 5, 1)


def test_questions_are_asked_in_order_with_their_day_and_conversation() -> None:
    listening = _Listening()
    questions = [
        gold(id="a", session="s"),
        gold(id="b", session="s", today="2029-01-01"),
        gold(id="c"),
    ]
    steps: list[tuple[int, int]] = []
    answers = ask(listening, questions, date(2024, 5, 1), lambda *step: steps.append(step))
    assert [(q.id, q.session, q.today) for q in listening.asked] == [
        ("a", "s", date(2024, 5, 1)),
        ("b", "s", date(2029, 1, 1)),
        ("c", None, date(2024, 5, 1)),
    ]
    assert [answer.id for answer in answers] == ["a", "b", "c"]
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_the_snapshot_stays_the_same_whatever_is_published_meanwhile(
    snapshot: Snapshot, workbench: Workbench, embeddings: SentenceEmbeddings
) -> None:
    assistant = assistant_over(snapshot, embeddings)
    workbench.knowledge.write("news.md", "# 新闻\n\n定襄法兰产量占全国产量的50%。\n")
    workbench.build()
    assert workbench.store.current_name() != snapshot.manifest.name
    assert assistant.manifest.name == snapshot.manifest.name


def test_quotes_of_real_answers_stand_in_their_passages(
    snapshot: Snapshot, workbench: Workbench, embeddings: SentenceEmbeddings
) -> None:
    """Nothing but the real parts: the snapshot's own passages prove the quotes."""
    line = {
        "id": "x-1",
        "class": "x",
        "question": "定襄有锻造企业多少户？",
        "status": ["answered", "not_found"],
    }
    folder = workbench.knowledge.root.parent / "gold"
    folder.mkdir()
    (folder / "x.jsonl").write_text(json.dumps(line), "utf-8")
    done = evaluate(folder, snapshot, embeddings)
    assert done.figures.misquoted == 0
    assert [score.name for score in done.scores] == ["x"]


class TestCommand:
    """The command runs in the folder of the test, where the index and the gold questions lie."""

    @pytest.fixture(autouse=True)
    def _indexed(self, workbench: Workbench, tmp_path: Path) -> None:
        workbench.build()
        folder = tmp_path / "gold"
        folder.mkdir()
        lines = [
            {"id": "talk-1", "class": "talk", "question": "你好", "status": ["small_talk"]},
            {"id": "talk-2", "class": "talk", "question": "你好", "status": ["answered"]},
        ]
        text = "\n".join(json.dumps(line) for line in lines)
        (folder / "talk.jsonl").write_text(text, "utf-8")

    def run(self, xinzhou: Run, *options: str) -> CompletedProcess[str]:
        return xinzhou("eval", "--index", "index", *options)

    def test_prints_the_table_and_writes_the_report(self, xinzhou: Run, tmp_path: Path) -> None:
        report = tmp_path / "out" / "report.html"
        done = self.run(xinzhou, "--gold", "gold", "--report", str(report))
        assert done.returncode == 0, done.stderr
        row = next(line for line in done.stdout.splitlines() if line.startswith("talk"))
        assert row.split() == ["talk", "2", "1", "1", "0", "0", "–", "50.0%", "–"]
        assert "talk-2" in report.read_text("utf-8")

    def test_fails_below_the_floor(self, xinzhou: Run, tmp_path: Path) -> None:
        floors = tmp_path / "gold" / "floors.yaml"
        floors.write_text("classes: {talk: 0.6}\n")
        done = self.run(xinzhou, "--gold", "gold", "--json")
        assert done.returncode == 1
        assert "talk: 50.0% pass, the floor is 60.0%" in done.stderr
        record = json.loads(done.stdout)
        assert record["classes"]["talk"]["pass"] == 0.5
        assert record["below_floor"] == ["talk: 50.0% pass, the floor is 60.0%"]

    def test_says_what_to_do_without_gold_questions(self, xinzhou: Run) -> None:
        done = self.run(xinzhou, "--gold", "nothing")
        assert done.returncode == 1
        assert "--gold" in done.stderr
