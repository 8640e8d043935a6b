"""A whole knowledge folder looked through."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from index.configuration import Configuration
from index.documents.loading import document_files
from index.linting.configuration import lint_entries, read_and_lint
from index.linting.documents import Surroundings, lint_document
from index.linting.finding import Finding, Severity

if TYPE_CHECKING:
    from index.documents.model import Document

_PLACE = "place"


@dataclass(frozen=True, slots=True)
class LintReport:
    """What is wrong in a knowledge folder.

    Attributes:
        documents: how many files were looked at.
        findings: what is wrong, by file and line.
    """

    documents: int
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are."""
        return sum(finding.severity is severity for finding in self.findings)


def lint(root: Path, today: date) -> LintReport:
    """Look through the knowledge folder `root`. Nothing is written.

    Raises:
        KnowledgeError: the folder is missing, or holds too many files.
    """
    paths = tuple(document_files(root))
    read = read_and_lint(root)
    around = _surroundings(read.configuration, frozenset(paths), today)
    findings = list(read.findings)
    documents: dict[str, Document | None] = {}
    for path in paths:
        linted = lint_document(root, path, around)
        findings += linted.findings
        documents[path] = linted.document
    findings += lint_entries(read, documents)
    findings.sort(key=lambda finding: (finding.file, finding.line or 0))
    return LintReport(len(paths), tuple(findings))


def _surroundings(configuration: Configuration, paths: frozenset[str], today: date) -> Surroundings:
    profile, glossary = configuration.profile, configuration.glossary
    return Surroundings(
        paths=paths,
        topics=frozenset(topic.id for topic in profile.topics) if profile else None,
        places=frozenset(
            name for term in glossary if term.kind == _PLACE for name in term.names
        ) if glossary else None,
        today=today,
    )  # fmt: skip
