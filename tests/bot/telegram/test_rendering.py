"""Formatting, judged by TDLib: the parser that Telegram itself uses."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.rendering import LONGEST_UNITS, Run, Style, pieces, units
from tests.botapi.formatting import MESSAGE_TEXT, format_text

# Halves of characters cannot be written as UTF-8, control characters are dropped by Telegram.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300) | st.text(
    "<>&\"'*_`[]()/ab \u202e\u200d\u200b👨👩𠮷", max_size=300
)
RUNS = st.lists(st.builds(Run, TEXT, st.sampled_from(Style)), max_size=6)


def signs(text: str) -> str:
    return "".join(text.split())


@given(RUNS, st.integers(20, 400))
def test_telegram_takes_every_piece_and_gives_the_text_back(runs: list[Run], longest: int) -> None:
    cut = pieces(runs, longest)
    shown = [format_text(piece.html, "HTML", [], MESSAGE_TEXT).text for piece in cut]
    plain = [format_text(piece.plain, None, [], MESSAGE_TEXT).text for piece in cut]
    assert shown == plain
    assert signs("".join(piece.plain for piece in cut)) == signs("".join(run.text for run in runs))
    assert all(units(piece.plain) <= longest for piece in cut)


def test_a_cut_lies_at_the_end_of_a_sentence_and_the_style_goes_on() -> None:
    first, second = pieces([Run("第一句。第二句。第三句话很长", Style.QUOTE)], 10)
    assert first.html == "<blockquote>第一句。第二句。</blockquote>"
    assert second.html == "<blockquote>第三句话很长</blockquote>"


def test_a_run_that_fits_is_not_torn() -> None:
    first, second = pieces([Run("一二三四五六"), Run("七八九十", Style.BOLD)], 8)
    assert (first.html, second.html) == ("一二三四五六", "<b>七八九十</b>")


def test_emoji_count_twice_and_joined_ones_stay_whole() -> None:
    assert units("a😀") == 3
    family = "👨‍👩‍👧‍👦"
    for piece in pieces([Run(family * 20)], 30):
        assert not piece.plain.startswith("\u200d")
        assert not piece.plain.endswith("\u200d")


def test_nothing_to_show_is_no_message() -> None:
    assert pieces([Run(" \n", Style.BOLD), Run("")]) == []


def test_the_longest_texts_keep_within_what_telegram_reads() -> None:
    for character in ("&", "<", "字", "😀"):
        for piece in pieces([Run(character * 9000, Style.QUOTE)]):
            assert units(piece.plain) <= LONGEST_UNITS
            format_text(piece.html, "HTML", [], MESSAGE_TEXT)
