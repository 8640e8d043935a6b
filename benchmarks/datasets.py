"""The sets of a folder of real cases: their questions, their documents as a knowledge folder."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

POLICY = "policy_qa"
FAQ = "government_faq"
ACROSS = "cross_lingual"
SETS = (POLICY, FAQ, ACROSS)


class DataError(Exception):
    """The folder of real cases is missing or incomplete. The message says what to do."""


class Half(StrEnum):
    """Halves of a set, by document: what is chosen on one is reported on the other."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Case:
    """A question about a set.

    Attributes:
        id: the set's own name of the question.
        question: the question.
        document: path of the document that answers it; None where none does.
        answer: the gold answer; empty where the set has none.
        answer_start: where it stands in the document's text as the set has it.
        half: the half that its document belongs to.
    """

    id: str
    question: str
    document: str | None
    answer: str
    answer_start: int
    half: Half


@dataclass(frozen=True, slots=True)
class Dataset:
    """One set.

    Attributes:
        name: the folder's name.
        cases: questions that a document answers.
        english: the same questions in English, where the set has them.
        unanswerable: questions that no document answers.
        documents: content of the files of the knowledge folder, by path.
    """

    name: str
    cases: tuple[Case, ...]
    english: tuple[Case, ...]
    unanswerable: tuple[Case, ...]
    documents: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write the documents as a knowledge folder; what else lies there is removed."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if file.name not in self.documents:
                file.unlink()
        for name, content in self.documents.items():
            (folder / name).write_text(content, "utf-8")


def half_of(identity: str) -> Half:
    """The half that a document belongs to, by the digest of its id."""
    digest = hashlib.sha1(identity.encode(), usedforsecurity=False)
    return (Half.TUNE, Half.REPORT)[int(digest.hexdigest(), 16) % 2]


def topic_of(path: str) -> str:
    """The topic of one document alone: filters can name it, and so leave it out."""
    return path.rpartition(".")[0]


def read_datasets(folder: Path) -> dict[str, Dataset]:
    """Read all sets.

    Raises:
        DataError: a file is missing or is not what it should be.
    """
    if not folder.is_dir():
        raise DataError(f"no folder of real cases at {folder}; name it, as in DATA=../shared/eval")
    return {name: read_dataset(folder, name) for name in SETS}


def read_dataset(folder: Path, name: str) -> Dataset:
    """Read one set.

    Raises:
        DataError: a file is missing or is not what it should be.
    """
    documents = list(_records(folder / name / "docs.jsonl", "id", "text"))
    questions = list(_records(folder / name / "questions.jsonl", "id", "question", "doc_id"))
    unanswerable_file = folder / name / "unanswerable.jsonl"
    unanswerable = list(_records(unanswerable_file, "id", "question")) if name == POLICY else []
    paths = {record["id"]: _path(record) for record in documents}
    unknown = next((q["id"] for q in questions if q["doc_id"] not in paths), None)
    if unknown is not None:
        raise DataError(f"{name}: the document of question {unknown} is missing from docs.jsonl")
    return Dataset(
        name=name,
        cases=tuple(_case(q, "question", paths) for q in questions),
        english=tuple(_case(q, "question_en", paths) for q in questions if "question_en" in q),
        unanswerable=tuple(
            Case(q["id"], q["question"], None, "", 0, half_of(q["id"])) for q in unanswerable
        ),
        documents={paths[record["id"]]: _content(record) for record in documents},
    )


def _case(record: dict[str, Any], field: str, paths: dict[str, str]) -> Case:
    return Case(
        id=record["id"],
        question=record[field],
        document=paths[record["doc_id"]],
        answer=record.get("answer", ""),
        answer_start=record.get("answer_start", 0),
        half=half_of(record["doc_id"]),
    )


def _path(record: dict[str, Any]) -> str:
    return f"{record['id']}.{'md' if record.get('title') else 'txt'}"


def _content(record: dict[str, Any]) -> str:
    """A document as staff would keep it, with its title where that is known."""
    # A JSON string is a YAML string, whatever stands in it.
    known = {"topics": json.dumps([topic_of(_path(record))])}
    if record.get("title"):
        known["title"] = json.dumps(record["title"], ensure_ascii=False)
    front = "".join(f"{key}: {value}\n" for key, value in known.items())
    return f"---\n{front}---\n\n{record['text']}"


def _records(file: Path, *fields: str) -> Iterator[dict[str, Any]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{file} cannot be read; the folder of real cases needs {', '.join(SETS)}"
        ) from error
    if not lines:
        raise DataError(f"{file} is empty")
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}, line {number}: no JSON") from error
        if not isinstance(record, dict) or not all(field in record for field in fields):
            raise DataError(f"{file}, line {number}: needs {', '.join(fields)}")
        yield record
