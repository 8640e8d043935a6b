from datetime import date
from pathlib import Path

import pytest

from index.configuration import CheckStatus, Configuration, read_configuration
from index.errors import KnowledgeError
from tests.conftest import KNOWLEDGE, KnowledgeFolder

PROFILE = """
name: {zh: 某市人才政策, en: talent policy}
place: {zh: 某市, en: Somewhere}
greeting: {zh: 您好, en: Hello}
about: {zh: 我回答问题, en: I answer}
topics:
  - id: card
    name: {zh: 服务卡, en: Card}
    question: {zh: 服务卡是什么？, en: "What is the card?"}
"""


def test_all_four_files_are_read(knowledge: KnowledgeFolder) -> None:
    knowledge.write("profile.yaml", PROFILE)
    knowledge.write(
        "glossary.yaml", "- {id: card, term: 人才服务卡, also: [人才卡], english: [talent card]}"
    )
    knowledge.write(
        "contacts.yaml",
        "- {topics: [general], name: {zh: 热线, en: Hotline}, phone: '12345', certain: true}",
    )
    knowledge.write(
        "checks.yaml",
        "- {id: c1, question: 有吗？, status: outdated, document: a.md, today: 2024-01-01}",
    )
    found = read_configuration(knowledge.root)
    assert found.profile is not None
    assert found.profile.topics[0].question.en == "What is the card?"
    assert found.glossary[0].names == ("人才服务卡", "人才卡", "talent card")
    assert found.glossary[0].kind == "term"
    assert found.contacts[0].phone == "12345"
    assert found.checks[0].status is CheckStatus.OUTDATED
    assert found.checks[0].today == date(2024, 1, 1)


def test_a_folder_without_them_has_an_empty_configuration(knowledge: KnowledgeFolder) -> None:
    assert read_configuration(knowledge.root) == Configuration()


def test_a_contact_is_uncertain_unless_it_says_otherwise(knowledge: KnowledgeFolder) -> None:
    knowledge.write("contacts.yaml", "- {topics: [general], name: {zh: 热线, en: Hotline}}")
    assert not read_configuration(knowledge.root).contacts[0].certain


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("glossary.yaml", "- {id: a, term: b, alos: [c]}", "0.alos: Extra inputs"),
        ("glossary.yaml", "- {id: a}", "0.term: Field required"),
        ("glossary.yaml", "term: [", "glossary.yaml, line 1: not valid YAML"),
        ("glossary.yaml", "- &x {id: a, term: b}\n- *x\n", "not valid YAML"),
        ("checks.yaml", "- {id: a, question: b, status: maybe}", "0.status: Input should be"),
        ("contacts.yaml", "just text", "contacts.yaml"),
        ("profile.yaml", "", "profile.yaml"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(
    knowledge: KnowledgeFolder, file: str, content: str, told: str
) -> None:
    knowledge.write(file, content)
    with pytest.raises(KnowledgeError) as caught:
        read_configuration(knowledge.root)
    assert str(caught.value).startswith(file)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_named(knowledge: KnowledgeFolder) -> None:
    knowledge.write("glossary.yaml", b"\xff\x00\x81\xfe" * 40)
    with pytest.raises(KnowledgeError, match=r"glossary\.yaml"):
        read_configuration(knowledge.root)


def test_a_file_that_is_too_large_is_not_parsed(
    knowledge: KnowledgeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.configuration.MAX_CONFIGURATION_BYTES", 10)
    knowledge.write("glossary.yaml", "- {id: a, term: b}")
    with pytest.raises(KnowledgeError, match=r"glossary\.yaml: larger than"):
        read_configuration(knowledge.root)


def test_a_configuration_survives_json(knowledge: KnowledgeFolder) -> None:
    knowledge.write("profile.yaml", PROFILE)
    knowledge.write("checks.yaml", "- {id: c1, question: 有吗？, today: 2024-01-01}")
    found = read_configuration(knowledge.root)
    assert Configuration.model_validate_json(found.model_dump_json()) == found


@pytest.fixture(scope="module")
def real() -> Configuration:
    return read_configuration(KNOWLEDGE)


def test_the_projects_own_configuration_is_whole(real: Configuration) -> None:
    assert real.profile is not None
    assert all((real.profile.topics, real.glossary, real.contacts, real.checks))
    ids = [term.id for term in real.glossary]
    assert len(ids) == len(set(ids))
    parents = {term.parent for term in real.glossary if term.parent}
    assert parents <= set(ids)
    check_ids = [check.id for check in real.checks]
    assert len(check_ids) == len(set(check_ids))


def test_the_projects_checks_name_documents_that_are_there(real: Configuration) -> None:
    named = {check.document for check in real.checks if check.document}
    assert named
    assert [name for name in sorted(named) if not (KNOWLEDGE / name).is_file()] == []


def test_no_configuration_is_asked_of_another_folder(tmp_path: Path) -> None:
    assert read_configuration(tmp_path / "not-there") == Configuration()
