"""YAML without anything that executes or unfolds."""

import yaml


class _PlainLoader(yaml.SafeLoader):
    """A safe loader without aliases: a few nested ones unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not allowed")
        return super().compose_node(parent, index)


def load_plain_yaml(source: str) -> object:
    """Parse YAML into plain values.

    Raises:
        yaml.YAMLError: the source is not YAML, nests too deeply, or uses aliases.
    """
    try:
        return yaml.load(source, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error
    except ValueError as error:
        # A timestamp such as 2023-02-31 passes the grammar and fails as a date.
        raise yaml.YAMLError(str(error)) from error
