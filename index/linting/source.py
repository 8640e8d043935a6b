"""YAML as it was written: its values, and the line on which each of them stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from index.linting.finding import Finding
from index.plain_yaml import load_plain_yaml

Key = str | int


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML text that could be parsed.

    Attributes:
        file: where it stands.
        values: what it says.
        first_line: the line of the file on which it begins.
    """

    file: str
    values: object
    first_line: int
    _root: yaml.Node | None

    def line(self, *keys: Key) -> int:
        """The line of a value (or of the nearest value around it that can be found)."""
        node, line = self._root, 0
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            line, node = found
        return self.first_line + line

    def repeated_keys(self) -> Iterator[Finding]:
        """Keys that stand twice in one place: only the last of them counts."""
        yield from self._repeated(self._root)

    @property
    def mapping(self) -> Mapping[str, object]:
        """The values by key; empty where the text is no mapping."""
        return self.values if isinstance(self.values, Mapping) else {}

    def _repeated(self, node: yaml.Node | None) -> Iterator[Finding]:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._repeated(item)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    line = self.first_line + key.start_mark.line
                    yield Finding(self.file, line, f"“{key.value}” stands twice; keep one")
                seen.add(key.value)
                yield from self._repeated(value)


def read_source(text: str, file: str, first_line: int = 1) -> Source | Finding:
    """Parse a YAML text; a finding says why where it cannot be parsed."""
    try:
        values = load_plain_yaml(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            return _impossible_value(text, file, first_line, str(error))
        problem = getattr(error, "problem", None) or str(error)
        line = first_line + mark.line
        return Finding(file, line, f"not valid YAML ({problem}); check quotes and indents")
    return Source(file, values, first_line, root)


def _impossible_value(text: str, file: str, first_line: int, problem: str) -> Finding:
    """What is said of YAML whose form is right: most often, a day that no month has."""
    for token in _scalars(text):
        try:
            load_plain_yaml(token.value)
        except yaml.YAMLError:
            line = first_line + token.start_mark.line
            return Finding(file, line, f"“{token.value}” is no date; write it as 2026-01-31")
    return Finding(file, first_line, f"cannot be used ({problem})")


def _scalars(text: str) -> Iterator[yaml.ScalarToken]:
    """The values that stand without quotes."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken) and token.plain:
            yield token


def _child(node: yaml.Node | None, key: Key) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item = node.value[key]
        return item.start_mark.line, item
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line, value
    return None
