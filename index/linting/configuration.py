"""What is wrong in profile, glossary, contacts and checks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from index.configuration import (
    Check,
    CheckStatus,
    Configuration,
    Contact,
    Profile,
    Term,
    Text,
    Topic,
)
from index.documents.decoding import decode
from index.documents.model import Document
from index.errors import KnowledgeError
from index.linting.finding import Finding, Severity
from index.linting.source import Source, read_source
from index.linting.wrong_values import keys_of, unknown, wrong_values
from index.text import fold
from index.wording import stands

# A contact of this topic stands in where no other fits.
GENERAL_TOPIC = "general"

_URL = re.compile(r"https?://\S+\Z")
_NEEDS_DOCUMENT = frozenset({CheckStatus.ANSWERED, CheckStatus.PARTIAL, CheckStatus.OUTDATED})


@dataclass(frozen=True, slots=True)
class LintedConfiguration:
    """The configuration with what is wrong with its single files.

    Attributes:
        configuration: what could be read; a file with errors counts as missing.
        sources: the files that are YAML, by name without suffix.
        findings: what is wrong.
    """

    configuration: Configuration
    sources: dict[str, Source]
    findings: tuple[Finding, ...]


def read_and_lint(root: Path) -> LintedConfiguration:
    """Read the four files under `root`; each may be missing."""
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    findings: list[Finding] = []
    for name, (adapter, known) in _FILES.items():
        file = f"{name}.yaml"
        if not (root / file).is_file():
            continue
        try:
            source = read_source(decode((root / file).read_bytes(), file), file)
        except (OSError, KnowledgeError) as error:
            findings.append(Finding(file, None, str(error).removeprefix(f"{file}: ")))
            continue
        if isinstance(source, Finding):
            findings.append(source)
            continue
        sources[name] = source
        wrong = list(wrong_values(source, adapter, known))
        findings += [*source.repeated_keys(), *wrong]
        if not wrong:
            values[name] = adapter.validate_python(source.values)
    return LintedConfiguration(Configuration(**values), sources, tuple(findings))


def lint_entries(
    read: LintedConfiguration, documents: Mapping[str, Document | None]
) -> Iterator[Finding]:
    """What is wrong between the entries, and between them and the documents.

    Args:
        read: the entries.
        documents: all documents of the folder by path; None for those that cannot be read.
    """
    configuration, sources = read.configuration, read.sources
    topics: frozenset[str] | None = None
    if configuration.profile is not None:
        ids = [topic.id for topic in configuration.profile.topics]
        topics = frozenset(ids)
        yield from _repeated_ids(sources["profile"], ids, "topics")
    if "glossary" in sources:
        yield from _glossary(sources["glossary"], configuration.glossary)
    if "contacts" in sources:
        yield from _contacts(sources["contacts"], configuration.contacts, topics)
    if "checks" in sources:
        yield from _checks(sources["checks"], configuration.checks, documents)


def _repeated_ids(source: Source, ids: list[str], *keys: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for position, entry_id in enumerate(ids):
        line = source.line(*keys, position)
        if entry_id in first:
            message = f"the id “{entry_id}” stands in line {first[entry_id]} already"
            yield Finding(source.file, line, message)
        first.setdefault(entry_id, line)


def _glossary(source: Source, terms: tuple[Term, ...]) -> Iterator[Finding]:
    ids = [term.id for term in terms]
    yield from _repeated_ids(source, ids)
    first: dict[str, tuple[int, str]] = {}
    for position, term in enumerate(terms):
        line = source.line(position)
        if term.parent is not None and term.parent not in ids:
            yield Finding(source.file, line, f"the parent “{term.parent}” is no id of the glossary")
        for name in term.names:
            # The first of two entries would win, and nobody would see why.
            there = first.setdefault(fold(name), (line, term.id))
            if there != (line, term.id):
                message = f"“{name}” stands in line {there[0]} already ({there[1]}); keep one"
                yield Finding(source.file, line, message)


def _contacts(
    source: Source, contacts: tuple[Contact, ...], topics: frozenset[str] | None
) -> Iterator[Finding]:
    for position, contact in enumerate(contacts):
        line = source.line(position)
        name = contact.name.zh
        if contact.certain and not (contact.phone or contact.url):
            message = f"{name} is marked certain, but has neither phone nor url"
            yield Finding(source.file, line, message)
        if contact.url and not _URL.match(contact.url):
            url_line = source.line(position, "url")
            yield Finding(source.file, url_line, "“url” must begin with http:// or https://")
        for topic in contact.topics:
            if topics is not None and topic not in topics | {GENERAL_TOPIC}:
                message = unknown(topic, topics, "topic of profile.yaml")
                yield Finding(source.file, line, message)


def _checks(
    source: Source, checks: tuple[Check, ...], documents: Mapping[str, Document | None]
) -> Iterator[Finding]:
    yield from _repeated_ids(source, [check.id for check in checks])
    questions: dict[tuple[str, object], int] = {}
    for position, check in enumerate(checks):
        line = source.line(position)
        asked = questions.setdefault((fold(check.question), check.today), line)
        if asked != line:
            message = f"the question of line {asked} again; keep one"
            yield Finding(source.file, line, message, Severity.WARNING)
        for severity, message in _check(check, documents):
            yield Finding(source.file, line, f"check {check.id}: {message}", severity)


def _check(
    check: Check, documents: Mapping[str, Document | None]
) -> Iterator[tuple[Severity, str]]:
    needs_document = check.status in _NEEDS_DOCUMENT
    # Where several documents say the same, the words alone are enough.
    if needs_document and check.document is None and not check.contains:
        yield Severity.WARNING, "neither “document” nor “contains”: any answer would pass"
    if not needs_document and (check.document or check.contains):
        yield Severity.WARNING, f"“document” and “contains” mean nothing for {check.status}"
    if check.document is None:
        return
    if check.document not in documents:
        yield Severity.ERROR, f"{check.document} is no document of this folder"
        return
    document = documents[check.document]
    if document is None:
        return  # said already, of the document
    text = f"{document.metadata.title}\n{document.text}"
    for words in check.contains:
        if not stands(words, text):
            yield Severity.ERROR, f"“{words}” does not stand in {check.document}"


_FILES: dict[str, tuple[TypeAdapter[Any], tuple[str, ...]]] = {
    "profile": (
        TypeAdapter(Profile), (*keys_of(Profile), *keys_of(Topic), *keys_of(Text)),
    ),
    "glossary": (TypeAdapter(tuple[Term, ...]), keys_of(Term)),
    "contacts": (TypeAdapter(tuple[Contact, ...]), keys_of(Contact)),
    "checks": (TypeAdapter(tuple[Check, ...]), keys_of(Check)),
}  # fmt: skip
