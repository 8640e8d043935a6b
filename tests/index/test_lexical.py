from pathlib import Path

import numpy as np
import pytest

from index.lexical import PASSAGE_K1, LexicalIndex
from index.text import tokens

TEXTS = (
    "定襄法兰产量占全国产量的44%",
    "人才公寓配有空调和冰箱",
    "人才服务卡",
    "Dingxiang makes 44% of China's flanges",
)


@pytest.fixture
def lexical() -> LexicalIndex:
    return LexicalIndex.build(TEXTS, PASSAGE_K1)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("法兰产量", 0),
        ("公寓有空调吗", 1),
        ("服務卡", 2),
        ("flanges in China", 3),
        ("４４％法兰", 0),
    ],
)
def test_the_passage_that_shares_most_words_scores_highest(
    lexical: LexicalIndex, question: str, best: int
) -> None:
    assert int(lexical.shares(tokens(question)).argmax()) == best


def test_only_passages_that_share_a_word_score(lexical: LexicalIndex) -> None:
    scores = lexical.shares(tokens("人才"))
    assert scores.dtype == np.float32
    assert [score > 0 for score in scores] == [False, True, True, False]


@pytest.mark.parametrize("question", ["", "？！", "从未出现", "zebra"])
def test_a_question_without_known_words_scores_nothing(
    lexical: LexicalIndex, question: str
) -> None:
    assert lexical.shares(tokens(question)).tolist() == [0.0] * len(TEXTS)


def test_a_rare_word_weighs_more_than_a_common_one(lexical: LexicalIndex) -> None:
    assert lexical.idf("法兰") > lexical.idf("人才") > 0
    assert lexical.idf("从未") > lexical.idf("法兰")
    # Lucene's formula for a token in 2 of 4 texts.
    assert lexical.idf("人才") == pytest.approx(np.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))


def test_a_share_is_what_a_text_has_of_all_that_was_asked(lexical: LexicalIndex) -> None:
    alone = lexical.shares(["法兰"])
    with_unknown = lexical.shares(["法兰", "从未"])
    assert 0 < with_unknown[0] < alone[0] < 1
    assert lexical.shares(["法兰", "法兰"])[0] == alone[0]


def test_what_is_saved_loads_the_same(lexical: LexicalIndex, tmp_path: Path) -> None:
    lexical.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(TEXTS))
    for question in ("法兰产量", "人才", "flanges", ""):
        np.testing.assert_array_equal(
            loaded.shares(tokens(question)), lexical.shares(tokens(question))
        )
    assert loaded.idf("人才") == lexical.idf("人才")


def test_nothing_is_pickled(lexical: LexicalIndex, tmp_path: Path) -> None:
    lexical.save(tmp_path / "lexical")
    files = sorted((tmp_path / "lexical").iterdir())
    assert {file.suffix for file in files} == {".json", ".npy"}
    for file in files:
        if file.suffix == ".npy":
            np.load(file, allow_pickle=False)


@pytest.mark.parametrize("texts", [(), ("",), ("？！", "……")])
def test_passages_without_words_can_be_indexed(texts: tuple[str, ...], tmp_path: Path) -> None:
    LexicalIndex.build(texts, PASSAGE_K1).save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", len(texts))
    assert loaded.shares(tokens("人才")).tolist() == [0.0] * len(texts)
