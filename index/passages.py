"""A passage: the piece of a document that is embedded, searched and shown as evidence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous piece of one document.

    Attributes:
        id: ``document path#ordinal``, unique in a snapshot.
        document: the document's path under the knowledge folder.
        start: offset of the first character in `Document.text`.
        end: offset after the last character in `Document.text`.
        text: exactly ``Document.text[start:end]``.
        breadcrumb: where it stands: document title, then chapter, section, clause.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    breadcrumb: tuple[str, ...]

    @property
    def embedded_text(self) -> str:
        """What is embedded and tokenised: the breadcrumb, then the text.

        A passage alone rarely names its subject; the breadcrumb does. A title with which the text
        itself begins (the first line of a file that has no other) is not said twice.
        """
        repeats = bool(self.breadcrumb) and self.text.startswith(self.breadcrumb[0])
        path = self.breadcrumb[1:] if repeats else self.breadcrumb
        return "\n".join((*((" > ".join(path),) if path else ()), self.text))
