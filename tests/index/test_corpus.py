"""Documents as units and passages: what stands where."""

import pytest

from index.corpus import Corpus, character_set, token_set
from tests.conftest import Workbench


@pytest.fixture
def corpus(workbench: Workbench) -> Corpus:
    workbench.build()
    return workbench.store.open_current().corpus


def row_of(corpus: Corpus, words: str) -> int:
    (row,) = [row for row in range(len(corpus.units)) if words in corpus.unit_text(row)]
    return row


def test_every_unit_lies_in_its_document(corpus: Corpus):
    for row, unit in enumerate(corpus.units):
        text = corpus.texts[int(corpus.unit_document[row])]
        assert 0 <= unit.start < unit.end <= len(text)
        assert corpus.unit_text(row).strip() == corpus.unit_text(row)


def test_units_and_passages_are_kept_document_by_document(corpus: Corpus):
    assert corpus.first_unit[-1] == len(corpus.units)
    assert corpus.first_passage[-1] == len(corpus.passages)
    for document in range(len(corpus.titles)):
        rows = slice(corpus.first_unit[document], corpus.first_unit[document + 1])
        assert set(corpus.unit_document[rows].tolist()) == {document}


def test_a_unit_knows_its_passage(corpus: Corpus):
    row = row_of(corpus, "165户")
    passage = corpus.passages[int(corpus.unit_passage[row])]
    assert passage.start <= corpus.units[row].start < passage.end


def test_the_heading_above_a_unit_is_its_sections(corpus: Corpus):
    above = int(corpus.heading_above[row_of(corpus, "165户")])
    assert corpus.unit_text(above) == "出口"


def test_units_of_different_sections_are_apart(corpus: Corpus):
    output, firms = row_of(corpus, "44%"), row_of(corpus, "302户")
    assert not corpus.is_apart(output, firms)
    assert corpus.is_apart(firms, row_of(corpus, "165户"))


def test_a_heading_of_the_structure_is_no_text(corpus: Corpus):
    assert not corpus.is_text(int(corpus.heading_above[row_of(corpus, "165户")]))
    assert corpus.is_text(row_of(corpus, "165户"))


def test_the_passage_of_a_span_holds_most_of_it(corpus: Corpus):
    row = row_of(corpus, "165户")
    unit, document = corpus.units[row], int(corpus.unit_document[row])
    passage = corpus.passages[corpus.passage_of(document, unit.start, unit.end)]
    assert "165户" in passage.text


def test_document_tokens_hold_title_and_all_units(corpus: Corpus):
    document = int(corpus.unit_document[row_of(corpus, "165户")])
    assert {"法兰", "出口", "165"} <= corpus.document_tokens(document)


def test_token_and_character_sets_are_folded():
    assert token_set("人才服務卡") == token_set("人才服务卡")
    assert character_set("ＡＢ") == frozenset("ab")
