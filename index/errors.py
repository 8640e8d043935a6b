"""The errors this project raises on purpose.

Every message is one line that says what is wrong and what to do about it: the command prints
it as it stands.
"""


class AssistantError(Exception):
    """Base of all errors that a person can act upon."""


class KnowledgeError(AssistantError):
    """A document or a knowledge file cannot be used."""


class SnapshotError(AssistantError):
    """A snapshot is missing, damaged, or made for another model or format."""


class ModelError(AssistantError):
    """The embedding model cannot be loaded."""
