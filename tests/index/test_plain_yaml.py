from datetime import date

import pytest
import yaml

from index.plain_yaml import load_plain_yaml


def test_values_are_plain() -> None:
    source = "title: 公告\npublished: 2023-10-27\ntopics: [a, b]\n"
    assert load_plain_yaml(source) == {
        "title": "公告",
        "published": date(2023, 10, 27),
        "topics": ["a", "b"],
    }


@pytest.mark.parametrize(
    "source",
    [
        "a: &x [1, 2]\nb: *x\n",  # an alias
        "a: !!python/object/apply:os.getcwd []\n",  # code
        "[" * 10_000,  # nested without end
        "published: 2023-02-31\n",  # no such day
        "a: 'open\n",
        "a: \x07\n",  # a control character
    ],
)
def test_what_executes_unfolds_or_is_no_yaml_is_refused(source: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load_plain_yaml(source)


def test_an_empty_source_is_nothing() -> None:
    assert load_plain_yaml("") is None
