"""Where a text may be cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cutting import CLAUSE_CHARACTERS, PASSAGE_CHARACTERS, cut, is_exception, last_words

RULE = "申请人应当在本市连续缴纳社会保险满十二个月，并与用人单位签订劳动合同。" * 4


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in cut(text)]


class TestCut:
    def test_short_text_stays_whole(self):
        assert parts(RULE[:200]) == [RULE[:200]]

    @given(st.text(alphabet="甲乙。，；：但除外 \n（）1a.", max_size=3000))
    def test_spans_are_the_text(self, text):
        assert "".join(parts(text)) == text

    def test_ends_where_sentences_end(self):
        assert all(part.rstrip().endswith("。") for part in parts(RULE * 5))

    @pytest.mark.parametrize(
        "exception", ["但军人及其配偶除外。", "但是，高层次人才不受此限。", "前款规定的人员除外。"]
    )
    def test_never_before_an_exception(self, exception):
        # The exception falls at every place relative to the size of a part.
        for length in range(200, PASSAGE_CHARACTERS + 60, 7):
            text = ("规" * (length - 1) + "。" + exception) * 4
            assert not any(is_exception(part) for part in parts(text)[1:])

    def test_exception_inside_a_sentence_stays_with_its_rule(self):
        text = ("规" * 280 + "，但特殊情况除外，") * 5
        assert not any(part.startswith("但") for part in parts(text))

    def test_line_of_200_000_characters(self):
        begun = time.monotonic()
        for text in ("忻" * 200_000, "忻州，" * 66_667, "但" * 200_000):
            spans = cut(text)
            assert max(end - start for start, end in spans) <= CLAUSE_CHARACTERS
            assert spans[-1][1] == len(text)
        assert time.monotonic() - begun < 10


class TestLastWords:
    def test_last_sentence(self):
        assert "第一句。第二句。"[last_words("第一句。第二句。", 4) :] == "第二句。"

    def test_part_of_a_sentence_where_a_sentence_does_not_fit(self):
        text = "很长很长很长的前半句，后半句。"
        assert text[last_words(text, 5) :] == "后半句。"

    def test_nothing_fits(self):
        assert last_words("一整句没有标点", 2) == 7
