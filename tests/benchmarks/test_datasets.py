"""A folder of real cases is read whole, or refused in clear words."""

import json
from pathlib import Path

import pytest

from benchmarks.datasets import SETS, DataError, Half, half_of, read_datasets, topic_of
from index.documents.loading import load_document

DOCUMENT = {"id": "d1", "title": '标题：一"二"', "text": "第一句。第二句。"}
QUESTION = {"id": "q1", "question": "第几句？", "answer": "第二句", "doc_id": "d1"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in SETS:
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        write(folder / "docs.jsonl", DOCUMENT, {"id": "d2", "text": "没有标题。"})
        write(folder / "questions.jsonl", QUESTION)
    write(tmp_path / "data" / "policy_qa" / "unanswerable.jsonl", {"id": "u1", "question": "？"})
    return tmp_path / "data"


def write(file: Path, *records: object) -> None:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")


def test_documents_are_read_by_the_projects_own_loader(data: Path, tmp_path: Path):
    dataset = read_datasets(data)["policy_qa"]
    dataset.write(tmp_path / "knowledge")
    document = load_document(tmp_path / "knowledge", "d1.md")
    assert document.metadata.title == DOCUMENT["title"]
    assert document.text == DOCUMENT["text"]
    assert document.metadata.topics == (topic_of("d1.md"),)
    assert load_document(tmp_path / "knowledge", "d2.txt").text == "没有标题。"


def test_writing_again_removes_what_is_no_longer_there(data: Path, tmp_path: Path):
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "old.md").write_text("旧")
    read_datasets(data)["policy_qa"].write(tmp_path / "knowledge")
    assert not (tmp_path / "knowledge" / "old.md").exists()


def test_questions_know_their_document_and_half(data: Path):
    (case,) = read_datasets(data)["policy_qa"].cases
    assert (case.document, case.answer, case.half) == ("d1.md", "第二句", half_of("d1"))


def test_halves_are_by_document_and_about_equal():
    halves = [half_of(str(number)) for number in range(1000)]
    assert 440 < halves.count(Half.TUNE) < 560
    assert half_of("7") is half_of("7")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: (data / "policy_qa" / "docs.jsonl").unlink(), "docs.jsonl cannot be read"),
        (lambda data: (data / "government_faq" / "questions.jsonl").write_text(""), "is empty"),
        (lambda data: (data / "policy_qa" / "docs.jsonl").write_text("{"), "line 1: no JSON"),
        (lambda data: (data / "policy_qa" / "docs.jsonl").write_text("[]"), "needs id, text"),
        (
            lambda data: write(data / "policy_qa" / "docs.jsonl", {"id": "x", "text": "文"}),
            "the document of question q1 is missing",
        ),
    ],
)
def test_an_incomplete_folder_is_refused_in_clear_words(data: Path, spoil, words: str):
    spoil(data)
    with pytest.raises(DataError, match=words):
        read_datasets(data)


def test_a_missing_folder_is_refused_in_clear_words(tmp_path: Path):
    with pytest.raises(DataError, match="no folder of real cases"):
        read_datasets(tmp_path / "nowhere")
