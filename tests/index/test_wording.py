import pytest

from index.wording import position, squeeze, stands


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("人才服务卡", "发放「人才服務卡」"),
        ("44%", "占全国的 44％"),
        ("6亿元", "产值达6亿元。"),
        ("1.2 billion yuan", "an investment of 1.2 billion\nyuan"),
        ("20名", "计划选聘 20 名"),
        ("2027", "in 2027."),
        ("13 people", "By March 2022, 13 people had returned"),
    ],
)
def test_spacing_script_and_width_do_not_matter(words: str, text: str) -> None:
    assert stands(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("6亿元", "产值60.6亿元"),
        ("6亿元", "产值16亿元"),
        ("37", "370个"),
        ("37", "37.5%"),
        ("302", "1,302 enterprises"),
        ("20245", "2024 5"),
        ("12亿元", "二亿元"),
    ],
)
def test_a_number_does_not_stand_within_a_longer_one(words: str, text: str) -> None:
    assert not stands(words, text)


def test_the_first_place_counts() -> None:
    text = "先 44%，后 60%，再 44%"
    assert position("44%", text) == squeeze(text).index("44")
    assert position("60%", text) > position("44%", text)  # type: ignore[operator]
    assert position("50%", text) is None
