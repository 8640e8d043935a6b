"""Every kind of fault, put into a small folder that has none, is found where it stands."""

import json
from datetime import date

import pytest

from index.linting.finding import Finding, Severity
from index.linting.knowledge import lint
from tests.conftest import KNOWLEDGE, KnowledgeFolder, Run

TODAY = date(2026, 2, 10)
NOTICE = """---
title: 人才公寓管理办法
publisher: 忻州市人民政府
published: 2024-05-01
url: https://example.org/a
kind: notice
topics: [apartment]
places: [忻州]
language: zh
effective: 2024-06-01
expires: 2029-05-31
---

# 人才公寓管理办法

人才公寓配有空调，每套 60 平方米。
"""
PROFILE = """name: {zh: 忻州, en: Xinzhou}
place: {zh: 忻州, en: Xinzhou}
greeting: {zh: 您好, en: Hello}
about: {zh: 关于, en: About}
topics:
  - {id: apartment, name: {zh: 公寓, en: Flats}, question: {zh: 有吗, en: Any}}
"""
GLOSSARY = """- {id: xinzhou, term: 忻州市, kind: place, also: [忻州], english: [Xinzhou]}
- {id: flat, term: 人才公寓, english: [talent flat]}
"""
CONTACTS = """- {topics: [general], name: {zh: 热线, en: hotline}, phone: "12345", certain: true}
- {topics: [apartment], name: {zh: 管委会, en: committee}}
"""
CHECKS = """- {id: has, question: 有空调吗？, document: notice.md, contains: [空调, 60平方米]}
- {id: rent, question: 租金多少？, status: not_found}
"""
FILES = {
    "notice.md": NOTICE,
    "profile.yaml": PROFILE,
    "glossary.yaml": GLOSSARY,
    "contacts.yaml": CONTACTS,
    "checks.yaml": CHECKS,
}


@pytest.fixture
def folder(knowledge: KnowledgeFolder) -> KnowledgeFolder:
    for path, content in FILES.items():
        knowledge.write(path, content)
    return knowledge


def found(folder: KnowledgeFolder) -> list[Finding]:
    return list(lint(folder.root, TODAY).findings)


def test_a_folder_without_faults_has_no_findings(folder: KnowledgeFolder) -> None:
    assert found(folder) == []


def test_a_folder_without_configuration_has_no_findings(knowledge: KnowledgeFolder) -> None:
    knowledge.write("notice.md", NOTICE)
    assert found(knowledge) == []


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (
            "published: 2024-05-01",
            "published: 2024-05-32",
            "notice.md:4: error: “2024-05-32” is no date; write it as 2026-01-31",
        ),
        (
            "published: 2024-05-01",
            "published: May 2024",
            "notice.md:4: error: “published” is no date; write it as 2026-01-31",
        ),
        (
            "url: https://example.org/a",
            "url: example.org/a",
            "notice.md:5: error: “url” must begin with http:// or https://",
        ),
        (
            "publisher:",
            "publishr:",
            "notice.md:3: error: “publishr” is no known key; is “publisher” meant?",
        ),
        (
            "kind: notice",
            "kind: notise",
            "notice.md:6: error: “kind” must be one of "
            "'article', 'policy', 'notice', 'fact' or 'answer'",
        ),
        (
            "expires: 2029-05-31",
            "expires: 2024-05-31",
            "notice.md:11: error: it expires (2024-05-31) before it starts (2024-06-01)",
        ),
        (
            "effective: 2024-06-01\nexpires: 2029-05-31",
            "expires: 2023-05-31",
            "notice.md:10: error: it expires (2023-05-31) before it appears (2024-05-01)",
        ),
        (
            "published: 2024-05-01",
            "published: 2027-05-01",
            "notice.md:4: warning: it was published in the future (2027-05-01); is the year right?",
        ),
        (
            "[apartment]",
            "[apartement]",
            "notice.md:7: error: “apartement” is no known topic of profile.yaml; "
            "is “apartment” meant?",
        ),
        (
            "[忻州]",
            "[欣州]",
            "notice.md:8: warning: “欣州” is no place of glossary.yaml; "
            "add it there, or mend the name",
        ),
        (
            "language: zh",
            "language: cn",
            "notice.md:9: error: “cn” is no known language; use en or zh",
        ),
        (
            "language: zh",
            "language: zh\nsupersedes: old.md",
            "notice.md:10: error: “supersedes” names old.md, which is no document of this folder",
        ),
        (
            "language: zh",
            "language: zh\ntranslation_of: notice.md",
            "notice.md:10: error: “translation_of” names the document itself",
        ),
        (
            "language: zh",
            "language: zh\nlanguage: en",
            "notice.md:10: error: “language” stands twice; keep one",
        ),
        (
            "publisher: 忻州市人民政府\n",
            "",
            "notice.md: error: no “publisher”: readers are not told who says it",
        ),
        (
            "url: https://example.org/a\n",
            "",
            "notice.md: error: no “url”: readers cannot look it up",
        ),
        (
            "published: 2024-05-01\n",
            "",
            "notice.md: error: no “published”: answers cannot say as of when they hold",
        ),
    ],
)
def test_a_wrong_front_matter(folder: KnowledgeFolder, old: str, new: str, text: str) -> None:
    folder.write("notice.md", NOTICE.replace(old, new, 1))
    assert text in [finding.text for finding in found(folder)]


@pytest.mark.parametrize(
    ("kind", "severities"),
    [
        ("policy", {"publisher": "error", "published": "error", "url": "error"}),
        ("fact", {"publisher": "error", "published": "warning", "url": "error"}),
        ("answer", {"publisher": "warning", "published": "warning"}),
        (None, {"publisher": "warning", "published": "warning", "url": "warning"}),
    ],
)
def test_how_strictly_a_source_is_asked_for_depends_on_the_kind(
    knowledge: KnowledgeFolder, kind: str | None, severities: dict[str, str]
) -> None:
    head = f"---\nkind: {kind}\n---\n" if kind else ""
    knowledge.write("a.md", f"{head}# 标题\n\n正文。\n")
    named = {finding.message.split("“")[1].split("”")[0]: finding for finding in found(knowledge)}
    assert {key: finding.severity.value for key, finding in named.items()} == severities


def test_a_front_matter_that_is_not_closed(folder: KnowledgeFolder) -> None:
    folder.write("notice.md", "---\ntitle: 公寓\n\n正文")
    texts = [finding.text for finding in found(folder)]
    assert texts == [
        "notice.md:1: error: the front matter is not closed; end it with a line of ---"
    ]


def test_a_front_matter_that_is_no_yaml(folder: KnowledgeFolder) -> None:
    folder.write("notice.md", NOTICE.replace("kind: notice", "kind: [notice"))
    (finding,) = found(folder)
    assert finding.message.startswith("not valid YAML")
    assert finding.line in range(6, 9)


def test_a_sidecar_is_named_where_it_is_wrong(folder: KnowledgeFolder) -> None:
    folder.write("card.txt", "人才服务卡\n\n持卡人享受绿色通道。\n")
    folder.write("card.yaml", "title: 服务卡\npublished: 2024-13-01\n")
    assert (
        found(folder)[0].text
        == "card.yaml:2: error: “2024-13-01” is no date; write it as 2026-01-31"
    )


@pytest.mark.parametrize("key", ["publisher", "topics"])
def test_a_sidecar_of_a_text_file_counts(folder: KnowledgeFolder, key: str) -> None:
    folder.write("card.txt", "人才服务卡\n\n持卡人享受绿色通道。\n")
    folder.write("card.yaml", f"{key}: 某处\n")
    texts = [finding.text for finding in found(folder)]
    assert ("card.yaml:1: error: “某处” is no known topic of profile.yaml" in texts) == (
        key == "topics"
    )
    assert any("card.txt" in text and "publisher" in text for text in texts) == (key == "topics")


def test_a_file_that_cannot_be_read_is_named(folder: KnowledgeFolder) -> None:
    folder.write("notes.xyz", "?")
    (finding,) = found(folder)
    assert finding.text.startswith("notes.xyz: error: the format “.xyz” is not read")


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        (
            "glossary.yaml",
            "id: flat",
            "id: xinzhou",
            "glossary.yaml:2: error: the id “xinzhou” stands in line 1 already",
        ),
        (
            "glossary.yaml",
            "[talent flat]",
            "[talent flat, ＸＩＮＺＨＯＵ]",
            "glossary.yaml:2: error: “ＸＩＮＺＨＯＵ” stands in line 1 already (xinzhou); keep one",
        ),
        (
            "glossary.yaml",
            "id: flat,",
            "id: flat, parent: shanxi,",
            "glossary.yaml:2: error: the parent “shanxi” is no id of the glossary",
        ),
        (
            "glossary.yaml",
            "english: [talent flat]",
            "englsh: [talent flat]",
            "glossary.yaml:2: error: “englsh” is no known key; is “english” meant?",
        ),
        (
            "glossary.yaml",
            "term: 人才公寓, ",
            "",
            "glossary.yaml:2: error: “term” is missing",
        ),
        (
            "contacts.yaml",
            'phone: "12345", ',
            "",
            "contacts.yaml:1: error: 热线 is marked certain, but has neither phone nor url",
        ),
        (
            "contacts.yaml",
            "[apartment]",
            "[apartmant]",
            "contacts.yaml:2: error: “apartmant” is no known topic of profile.yaml; "
            "is “apartment” meant?",
        ),
        (
            "contacts.yaml",
            'phone: "12345"',
            "url: www.example.org",
            "contacts.yaml:1: error: “url” must begin with http:// or https://",
        ),
        (
            "checks.yaml",
            "id: rent",
            "id: has",
            "checks.yaml:2: error: the id “has” stands in line 1 already",
        ),
        (
            "checks.yaml",
            "租金多少？",
            "有空调吗？",
            "checks.yaml:2: warning: the question of line 1 again; keep one",
        ),
        (
            "checks.yaml",
            "notice.md",
            "notise.md",
            "checks.yaml:1: error: check has: notise.md is no document of this folder",
        ),
        (
            "checks.yaml",
            "60平方米",
            "0平方米",
            "checks.yaml:1: error: check has: “0平方米” does not stand in notice.md",
        ),
        (
            "checks.yaml",
            "document: notice.md, contains: [空调, 60平方米]",
            "status: answered",
            "checks.yaml:1: warning: check has: neither “document” nor “contains”: "
            "any answer would pass",
        ),
        (
            "checks.yaml",
            "status: not_found",
            "status: not_found, document: notice.md",
            "checks.yaml:2: warning: check rent: “document” and “contains” mean nothing "
            "for not_found",
        ),
        (
            "checks.yaml",
            "status: not_found",
            "status: unknown",
            "checks.yaml:2: error: “status” must be one of 'answered', 'partial', 'not_found', "
            "'out_of_scope' or 'outdated'",
        ),
        (
            "profile.yaml",
            "greeting: {zh: 您好, en: Hello}\n",
            "",
            "profile.yaml:1: error: “greeting” is missing",
        ),
        (
            "profile.yaml",
            "about: {zh: 关于, en: About}",
            "about: {zh: 关于}",
            "profile.yaml:4: error: “en” is missing",
        ),
        (
            "profile.yaml",
            "  - {id",
            "  - {id: apartment, name: {zh: 甲, en: A}, question: {zh: 吗, en: B}}\n  - {id",
            "profile.yaml:7: error: the id “apartment” stands in line 6 already",
        ),
    ],
)
def test_a_wrong_configuration(
    folder: KnowledgeFolder, file: str, old: str, new: str, text: str
) -> None:
    assert old in FILES[file]
    folder.write(file, FILES[file].replace(old, new, 1))
    assert text in [finding.text for finding in found(folder)]


def test_all_faults_are_named_at_once_in_the_order_of_the_files(folder: KnowledgeFolder) -> None:
    folder.write("checks.yaml", CHECKS.replace("notice.md", "gone.md"))
    folder.write("notice.md", NOTICE.replace("kind: notice", "kind: x").replace("zh", "cn"))
    folder.write("glossary.yaml", GLOSSARY + "- {id: x, term: [}\n")
    report = lint(folder.root, TODAY)
    assert [finding.file for finding in report.findings] == sorted(
        finding.file for finding in report.findings
    )
    assert {finding.file for finding in report.findings} == {
        "checks.yaml",
        "glossary.yaml",
        "notice.md",
    }
    assert report.documents == 1


def test_the_projects_own_knowledge_has_no_errors() -> None:
    errors = [
        finding.text
        for finding in lint(KNOWLEDGE, TODAY).findings
        if finding.severity is Severity.ERROR
    ]
    assert errors == []


class TestCommand:
    def test_warnings_alone_do_not_fail(self, xinzhou: Run, folder: KnowledgeFolder) -> None:
        folder.write("card.txt", "人才服务卡\n\n持卡人享受绿色通道。\n")
        done = xinzhou("check", "--knowledge", "knowledge")
        assert done.returncode == 0
        assert "card.txt: warning: no “url”" in done.stdout
        assert done.stdout.splitlines()[-1] == "2 documents, 0 errors, 3 warnings"

    def test_errors_fail(self, xinzhou: Run, folder: KnowledgeFolder) -> None:
        folder.write("checks.yaml", CHECKS.replace("notice.md", "gone.md"))
        done = xinzhou("check", "--knowledge", "knowledge", "--json")
        assert done.returncode == 1
        record = json.loads(done.stdout)
        assert (record["errors"], record["warnings"]) == (1, 0)
        assert record["findings"][0]["file"] == "checks.yaml"
        assert record["findings"][0]["line"] == 1

    def test_a_folder_that_is_not_there_is_named(self, xinzhou: Run) -> None:
        done = xinzhou("check", "--knowledge", "nowhere")
        assert done.returncode == 1
        assert "no knowledge folder at nowhere" in done.stderr
