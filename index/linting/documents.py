"""What is wrong with single documents: their front matter, and whether they can be read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from index.documents.decoding import decode
from index.documents.front_matter import FENCE, FrontMatter
from index.documents.loading import load_document
from index.documents.model import Document, DocumentKind, Metadata
from index.errors import KnowledgeError
from index.linting.finding import Finding, Severity
from index.linting.source import Source, read_source
from index.linting.wrong_values import keys_of, unknown, wrong_values

_MARKDOWN = frozenset({".md", ".markdown"})
# The tags that the bot searches by. A document under any other is never found.
_LANGUAGES = frozenset({"zh", "en"})
_OFFICIAL = frozenset({DocumentKind.ARTICLE, DocumentKind.POLICY, DocumentKind.NOTICE})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document is held against.

    Attributes:
        paths: all documents of the folder.
        topics: the topics of the profile; None where there is no profile.
        places: all names of places in the glossary; None where there is no glossary.
        today: the present day.
    """

    paths: frozenset[str]
    topics: frozenset[str] | None
    places: frozenset[str] | None
    today: date


@dataclass(frozen=True, slots=True)
class LintedDocument:
    """A document with what is wrong with it.

    Attributes:
        document: as loaded; None where it cannot be.
        findings: what is wrong.
    """

    document: Document | None
    findings: tuple[Finding, ...]


def lint_document(root: Path, path: str, around: Surroundings) -> LintedDocument:
    """Look at the document at `path` under `root`."""
    heads, findings = _heads(root, path)
    for head in heads:
        findings += head.repeated_keys()
        findings += _front_matter(head)
    try:
        document = load_document(root, path)
    except KnowledgeError as error:
        if not findings:
            reason = str(error).removeprefix(f"{path}: ")
            findings.append(Finding(path, None, reason))
        return LintedDocument(None, tuple(findings))
    findings += _metadata(path, document.metadata, heads, around)
    return LintedDocument(document, tuple(findings))


def _heads(root: Path, path: str) -> tuple[list[Source], list[Finding]]:
    """The front matter of a document: at its head, in a sidecar file, or both."""
    sources: list[Source | Finding] = []
    file = root / path
    sidecar = file.with_suffix(".yaml")
    try:
        if file.suffix.lower() in _MARKDOWN:
            sources += _fenced(decode(file.read_bytes(), path), path)
        if sidecar.is_file():
            name = sidecar.relative_to(root).as_posix()
            sources.append(read_source(decode(sidecar.read_bytes(), name), name))
    except (OSError, KnowledgeError):
        return [], []  # said when the document is loaded
    heads = [source for source in sources if isinstance(source, Source)]
    return heads, [source for source in sources if isinstance(source, Finding)]


def _fenced(text: str, path: str) -> Iterator[Source | Finding]:
    lines = text.split("\n")
    if lines[0].strip() != FENCE:
        return
    for end, line in enumerate(lines[1:], start=1):
        if line.strip() == FENCE:
            yield read_source("\n".join(lines[1:end]), path, first_line=2)
            return
    yield Finding(path, 1, "the front matter is not closed; end it with a line of ---")


def _front_matter(head: Source) -> Iterator[Finding]:
    known = keys_of(FrontMatter)
    if head.values is not None and not isinstance(head.values, Mapping):
        yield Finding(head.file, head.first_line, "the front matter must be “key: value” lines")
        return
    for key in head.mapping:
        if key not in known:
            message = unknown(str(key), known)
            yield Finding(head.file, head.line(key), message)
    if head.values is not None:
        yield from wrong_values(head, TypeAdapter(FrontMatter), known)


def _metadata(
    path: str, metadata: Metadata, heads: Iterable[Source], around: Surroundings
) -> Iterator[Finding]:
    written = _Written(path, tuple(heads))
    yield from _sources(metadata, written)
    yield from _dates(metadata, written, around.today)
    yield from _references(path, metadata, written, around.paths)
    for topic in metadata.topics:
        if around.topics is not None and topic not in around.topics:
            message = unknown(topic, around.topics, "topic of profile.yaml")
            yield written.finding("topics", message)
    for place in metadata.places:
        if around.places is not None and place not in around.places:
            message = f"“{place}” is no place of glossary.yaml; add it there, or mend the name"
            yield written.finding("places", message, Severity.WARNING)
    if metadata.language is not None and metadata.language not in _LANGUAGES:
        tags = " or ".join(sorted(_LANGUAGES))
        yield written.finding("language", f"“{metadata.language}” is no known language; use {tags}")


def _sources(metadata: Metadata, written: "_Written") -> Iterator[Finding]:
    """Every statement names its source; how strictly depends on the kind of document."""
    official = metadata.kind in _OFFICIAL
    known = official or metadata.kind is DocumentKind.FACT
    for key, value, needed in (
        ("publisher", metadata.publisher, known),
        ("url", metadata.url, known),
        # The page that a fact comes from may bear no date.
        ("published", metadata.published, official),
    ):
        # An answer that staff write has no address of its own.
        if value is None and not (key == "url" and metadata.kind is DocumentKind.ANSWER):
            severity = Severity.ERROR if needed else Severity.WARNING
            consequence = {
                "publisher": "readers are not told who says it",
                "url": "readers cannot look it up",
                "published": "answers cannot say as of when they hold",
            }[key]
            yield written.finding(key, f"no “{key}”: {consequence}", severity)


def _dates(metadata: Metadata, written: "_Written", today: date) -> Iterator[Finding]:
    effective, expires, published = metadata.effective, metadata.expires, metadata.published
    if expires and effective and expires < effective:
        yield written.finding("expires", f"it expires ({expires}) before it starts ({effective})")
    elif expires and published and expires < published:
        yield written.finding("expires", f"it expires ({expires}) before it appears ({published})")
    if published and published > today:
        message = f"it was published in the future ({published}); is the year right?"
        yield written.finding("published", message, Severity.WARNING)


def _references(
    path: str, metadata: Metadata, written: "_Written", paths: frozenset[str]
) -> Iterator[Finding]:
    for key, target in (
        ("supersedes", metadata.supersedes),
        ("translation_of", metadata.translation_of),
    ):
        if target == path:
            yield written.finding(key, f"“{key}” names the document itself")
        elif target is not None and target not in paths:
            message = f"“{key}” names {target}, which is no document of this folder"
            yield written.finding(key, message)


@dataclass(frozen=True, slots=True)
class _Written:
    """Where the keys of a document stand."""

    path: str
    heads: tuple[Source, ...]

    def finding(self, key: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        """A finding about a key, at the place where it counts: a sidecar overrules."""
        for head in reversed(self.heads):
            if key in head.mapping:
                return Finding(head.file, head.line(key), message, severity)
        return Finding(self.path, None, message, severity)
