"""The command as it is installed: real processes, their output, errors and exit codes.

A process that loads the model takes seconds, so that each of these does a lot.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.cli import EXIT_FAILED, EXIT_MISUSED
from index.store import SnapshotStore
from tests.bot.test_answer import CITATION_FIELDS, FIELDS
from tests.conftest import KNOWLEDGE, KnowledgeFolder, Run, Workbench

HIT_FIELDS = ["breadcrumb", "document", "passage", "score", "text"]
ARTICLE = "articles/2023-10-27_xinzhou-daily.md"
MODEL_ID = "multilingual-e5-small@"


@pytest.fixture
def index(workbench: Workbench) -> str:
    """A small index, made by another process than the one that reads it."""
    workbench.build()
    return str(workbench.store.folder)


@pytest.fixture
def known_vectors(tmp_path: Path, xinzhou: Run, workbench: Workbench) -> None:
    """The command finds all vectors of the small documents in its cache, and loads no model."""
    workbench.build()
    with (
        closing(sqlite3.connect(workbench.cache._file)) as source,
        closing(sqlite3.connect(tmp_path / "data" / "vectors.sqlite3")) as target,
    ):
        source.backup(target)


def records(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def assert_refused(run: Any, code: int, told: str) -> None:
    assert (run.returncode, run.stdout) == (code, ""), run.stderr
    assert run.stderr.startswith("xinzhou: ")
    assert told in run.stderr
    assert run.stderr.count("\n") == 1


def test_ask_answers_a_batch_as_the_contract_says(
    xinzhou: Run, real_store: SnapshotStore, tmp_path: Path
) -> None:
    questions: list[dict[str, Any]] = [
        {"id": "q1", "question": "定襄法兰产量占全国多少？"},
        {"id": "s1", "question": "定襄有多少锻造企业？", "session": "s"},
        {"id": "s2", "question": "它的法兰产量占全国多少？", "session": "s"},
        {"id": "alone", "question": "人才公寓有空调吗？", "today": "2030-01-01"},
        {"id": "long", "question": "忻" * 10_000},
        {"id": "emoji", "question": "😀🎉"},
        {"id": "control", "question": "\x00\x07\x1b[31m人才公寓\u202e有空调吗？"},
        {"id": "empty", "question": ""},
        {"id": "card", "question": "身份证11010519491231002X可以办卡吗"},
        {"question": "hello"},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in questions), "utf-8")
    run = xinzhou("ask", "--index", str(real_store.folder), "--json", "--batch", str(batch))
    assert (run.returncode, run.stderr) == (0, "")
    answers = records(run.stdout)
    assert [answer["id"] for answer in answers] == [line.get("id") for line in questions]
    assert [answer["question"] for answer in answers] == [line["question"] for line in questions]
    for answer in answers:
        assert sorted(answer) == sorted(FIELDS)
        assert isinstance(answer["elapsed_ms"], int)
        assert 0 <= answer["confidence"] <= 1
        assert answer["answer"]
        assert answer["language"] in {"zh", "zh-Hant", "en"}
        assert all(list(citation) == CITATION_FIELDS for citation in answer["citations"])
    by_id = {answer["id"]: answer for answer in answers}
    first = by_id["q1"]
    assert (first["status"], first["understood_as"], first["language"]) == ("answered", None, "zh")
    assert "44%" in first["answer"]
    cited = next(citation for citation in first["citations"] if "44%" in citation["quote"])
    assert (cited["document"], cited["published"]) == (ARTICLE, "2023-10-27")
    assert cited["passage"].startswith(f"{ARTICLE}#")
    assert cited["publisher"] == "忻州日报"
    assert cited["url"].startswith("https://")
    assert "定襄" in by_id["s2"]["understood_as"]
    assert by_id["alone"]["understood_as"] is None
    statuses = {name: by_id[name]["status"] for name in ("long", "emoji", "empty", "card", None)}
    assert statuses == {
        "long": "clarify",
        "emoji": "clarify",
        "empty": "clarify",
        "card": "personal_data",
        None: "small_talk",
    }


def test_search_ranks_a_batch_from_standard_input(xinzhou: Run, index: str) -> None:
    lines = [
        {"id": 1, "question": "定襄法兰占全国多少"},
        {"id": 2, "question": "😀"},
        {"id": 4, "question": "\x00\x1b"},
        {"question": "公寓有空调吗"},
    ]
    stdin = "\n".join(json.dumps(line) for line in lines)
    run = xinzhou("search", "--index", index, "--top", "2", "--batch", "-", stdin=stdin)
    assert (run.returncode, run.stderr) == (0, "")
    found = records(run.stdout)
    assert [record["id"] for record in found] == [1, 2, 4, None]
    for record in found:
        assert sorted(record) == ["hits", "id", "question"]
        assert len(record["hits"]) <= 2
        assert all(sorted(hit) == HIT_FIELDS for hit in record["hits"])
        scores = [hit["score"] for hit in record["hits"]]
        assert scores == sorted(scores, reverse=True)
    best = found[0]["hits"][0]
    assert best["document"] == "flange.md"
    assert best["passage"].startswith("flange.md#")
    assert "44%" in best["text"]
    assert best["breadcrumb"][0] == "定襄法兰产业"
    assert found[3]["hits"][0]["document"] == "apartment.md"


def test_run_indexes_then_answers_each_line_of_standard_input(
    xinzhou: Run, tmp_path: Path, model_folder: Path
) -> None:
    run = xinzhou(
        "run",
        stdin="定襄法兰产量占全国多少？\n\n".encode() + b"\xff\xfe\n",
        KNOWLEDGE_DIR=str(KNOWLEDGE),
        INDEX_DIR=str(tmp_path / "index"),
        DATA_DIR=str(model_folder.parents[1]),
    )
    assert run.returncode == 0
    assert "published" in run.stderr  # what indexing did is no part of the answers
    assert "published" not in run.stdout
    lines = run.stdout.splitlines()
    assert "44%" in lines[0]
    assert "] 忻州日报 · 2023-10-27 · 忻州:全力以赴抓招商 千方百计引人才" in run.stdout
    assert any(line.strip().startswith("https://xinzhou.sxgov.cn/") for line in lines)
    assert "\x1b" not in run.stdout


@pytest.mark.usefixtures("known_vectors")
def test_index_reports_what_it_did(
    xinzhou: Run, knowledge: KnowledgeFolder, tmp_path: Path
) -> None:
    knowledge.write("broken.md", b"\xff\x00\x81\xfe" * 40)
    arguments = ("index", "--knowledge", str(knowledge.root), "--index", str(tmp_path / "new"))
    dry = xinzhou(*arguments, "--dry-run")
    assert dry.returncode == 0
    assert "dry run: nothing written" in dry.stdout
    assert not (tmp_path / "new" / "current").exists()
    run = xinzhou(*arguments, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    (report,) = records(run.stdout)
    assert report["published"] is True
    assert sorted(report["documents"]["created"]) == ["apartment.md", "card.txt", "flange.md"]
    assert report["documents"]["deleted"] == report["documents"]["updated"] == []
    assert report["documents"]["unchanged"] == 0
    assert report["passages"]["created"] > 0
    assert report["embedded"] == 0
    assert [refusal["document"] for refusal in report["refused"]] == ["broken.md"]
    assert any("card.txt" in warning for warning in report["warnings"])
    assert report["held_back"] is None
    assert (tmp_path / "new" / "current").read_text("utf-8").strip() == report["snapshot"]


@pytest.mark.usefixtures("known_vectors")
def test_a_loss_is_held_back_and_a_rollback_returns(
    xinzhou: Run, knowledge: KnowledgeFolder, index: str
) -> None:
    arguments = ("index", "--knowledge", str(knowledge.root), "--index", index)
    (knowledge.root / "flange.md").unlink()
    (knowledge.root / "apartment.md").unlink()
    held_back = xinzhou(*arguments)
    assert held_back.returncode == EXIT_FAILED
    assert "xinzhou: not published: " in held_back.stderr
    assert "--force" in held_back.stderr
    assert xinzhou(*arguments, "--force").returncode == 0
    listed = records(xinzhou("snapshots", "--index", index, "--json").stdout)
    assert len(listed) >= 2
    assert [record["in_service"] for record in listed] == [True] + [False] * (len(listed) - 1)
    assert listed[0]["documents"] == 1
    rolled_back = xinzhou("rollback", "--index", index)
    assert rolled_back.returncode == 0
    assert rolled_back.stdout.startswith(f"in service: {listed[1]['name']}")
    assert_refused(xinzhou("rollback", "none", "--index", index), EXIT_FAILED, "no snapshot none")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search", " \t "), "the question is empty"),
        (("ask", "问", "--batch", "-"), "either a question or --batch"),
        (("ask", "--batch", "missing.jsonl"), "missing.jsonl cannot be read"),
        (("ask", b"\xff\xfe"), "not UTF-8"),
    ],
)
def test_a_wrong_call_is_refused(xinzhou: Run, arguments: tuple[str, ...], told: str) -> None:
    assert_refused(xinzhou(*arguments), EXIT_MISUSED, told)


def test_a_call_that_does_not_exist_is_explained(xinzhou: Run) -> None:
    run = xinzhou("search", "问", "--top", "0")
    assert (run.returncode, run.stdout) == (EXIT_MISUSED, "")
    assert "Usage" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        (("ask", "问"), {}, "run “xinzhou index”"),
        (("index", "--knowledge", "missing"), {}, "no knowledge folder at missing"),
        (("ask", "问"), {"EMBEDDING_MODEL": "/no/such/model"}, "no model folder at /no/such/model"),
        (("ask", "问"), {"LOG_LEVEL": "loud"}, "LOG_LEVEL: "),
    ],
)
def test_what_cannot_work_is_said_in_one_line(
    xinzhou: Run, arguments: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    assert_refused(xinzhou(*arguments, **settings), EXIT_FAILED, told)


def test_a_bad_line_of_a_batch_is_named_after_the_answers_before_it(
    xinzhou: Run, index: str
) -> None:
    run = xinzhou("ask", "--index", index, "--batch", "-", stdin='{"question": "你好"}\nnot json\n')
    assert run.returncode == EXIT_FAILED
    assert [answer["status"] for answer in records(run.stdout)] == ["small_talk"]
    assert run.stderr.startswith("xinzhou: line 2 is no question")
    assert run.stderr.count("\n") == 1


def test_a_snapshot_that_cannot_be_used_is_named(
    xinzhou: Run, workbench: Workbench, index: str
) -> None:
    name = workbench.store.current_name()
    assert name is not None
    folder = workbench.store.folder / "snapshots" / name
    manifest = folder / "manifest.json"
    whole = manifest.read_text("utf-8")
    spoilt = {
        "was made with the model other@": whole.replace(MODEL_ID, "other@"),
        "has format 999": json.dumps(json.loads(whole) | {"format_version": 999}),
    }
    for told, content in spoilt.items():
        manifest.write_text(content, "utf-8")
        assert_refused(xinzhou("ask", "问题", "--index", index), EXIT_FAILED, told)
