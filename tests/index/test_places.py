import pytest

from index.configuration import Term, read_configuration
from index.places import Gazetteer
from tests.conftest import KNOWLEDGE

GLOSSARY = (
    Term(id="shanxi", term="山西省", kind="place", also=("山西",), english=("Shanxi",)),
    Term(id="xinzhou", term="忻州市", kind="place", also=("忻州",), english=("Xinzhou",),
         parent="shanxi"),
    Term(id="dingxiang", term="定襄县", kind="place", also=("定襄",), parent="xinzhou"),
    Term(id="village", term="某村", kind="place", parent="dingxiang"),
    Term(id="taiyuan", term="太原市", kind="place", also=("太原",), english=("Taiyuan",),
         parent="shanxi"),
    Term(id="tyut", term="太原理工大学", kind="organisation"),
)  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(GLOSSARY, "忻州")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("忻州有什么政策", [("忻州市", True)]),
        ("山西省的规定", [("山西省", True)]),  # what contains the home place
        ("定襄法兰", [("定襄县", True)]),  # what lies in it
        ("某村的路", [("某村", True)]),  # and in that
        ("太原的人才政策", [("太原市", False)]),
        ("太原理工大学在哪", []),  # an organisation, taken whole
        ("从太原到忻州", [("太原市", False), ("忻州市", True)]),
        ("上海和深圳", [("上海市", False), ("深圳市", False)]),
        ("talent in Xinzhou or Taiyuan?", [("忻州市", True), ("太原市", False)]),
        ("Xinzhouish", []),  # Latin letters go on
        ("忻州市人才", [("忻州市", True)]),  # the longest name, once
        ("廣東的補貼", [("广东省", False)]),  # traditional characters
        ("和平共处", []),  # without its suffix 和平区 is a word
        ("市级和县级", []),  # two halves of words, not 和县
        ("城区和郊区的公寓", []),  # words, though districts are called so
        ("迎泽区的公寓", [("迎泽区", False)]),
        ("", []),
    ],
)
def test_places_are_found_and_told_from_home(
    gazetteer: Gazetteer, text: str, expected: list[tuple[str, bool]]
) -> None:
    assert [(place.name, place.is_home) for place in gazetteer.places(text)] == expected


def test_a_place_says_where_it_stands(gazetteer: Gazetteer) -> None:
    (place,) = gazetteer.places("请问定襄在哪")
    assert (place.start, place.end) == (2, 4)


def test_without_a_profile_no_place_is_home() -> None:
    gazetteer = Gazetteer(GLOSSARY, None)
    assert not gazetteer.has_home
    assert [place.is_home for place in gazetteer.places("忻州")] == [False]


def test_a_home_that_no_glossary_names_is_known_by_its_name() -> None:
    gazetteer = Gazetteer((), "某某新区")
    assert gazetteer.has_home
    assert [(place.name, place.is_home) for place in gazetteer.places("某某新区和北京")] == [
        ("某某新区", True),
        ("北京市", False),
    ]


def test_the_projects_own_counties_are_home() -> None:
    configuration = read_configuration(KNOWLEDGE)
    assert configuration.profile is not None
    gazetteer = Gazetteer(configuration.glossary, configuration.profile.place.zh)
    home = gazetteer.places("忻州 山西 原平 定襄 五台 代县 繁峙 宁武 神池 河曲 保德 偏关")
    assert len(home) == 12
    assert all(place.is_home for place in home)
    elsewhere = gazetteer.places("太原 大同 朔州 北京 杭州 成都")
    assert len(elsewhere) == 6
    assert not any(place.is_home for place in elsewhere)
