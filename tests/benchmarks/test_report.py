"""The report stands alone and shows what was measured."""

import re
from xml.etree import ElementTree as ET

from benchmarks.metrics import Figure
from benchmarks.report import Chart, Line, Row, Table, as_html, as_text

TABLE = Table(
    "Documents <zh>",
    ("R@1", "MRR"),
    [Row("final", {"R@1": Figure(0.83, 0.8, 0.861)}), Row("dense", {"MRR": Figure(1, 1, 1)})],
    {"R@1": ".825"},
    "511 questions",
)
CHART = Chart("Recall", "rank", "recall", [Line("final", ((1, 0.5), (10, 1.0)))], (1, 10), (0.5, 1))


def test_text_shows_figures_intervals_and_goals():
    text = as_text(TABLE)
    assert ".830 [.800, .861]" in text
    assert re.search(r"must \(aim\) +\.825", text)
    assert "(511 questions)" in text


def test_columns_stand_under_each_other():
    head, final, dense, *_ = as_text(TABLE).splitlines()[1:]
    assert final.index(".830") == head.index("R@1")
    assert dense.index("1.000") == head.index("MRR")


def test_page_asks_for_nothing_from_outside():
    page = as_html("Report", [TABLE], [CHART])
    assert not re.search(r"(?:src|href)=|https?://|@import|url\(", page)
    assert 'name="viewport"' in page


def test_names_are_escaped():
    assert "Documents &lt;zh&gt;" in as_html("Report", [TABLE], [])


def test_a_line_runs_from_corner_to_corner_of_its_ranges():
    page = as_html("Report", [], [CHART])
    svg = re.search(r"<svg viewBox=\"0 0 420 300\".*?</svg>", page, re.DOTALL)
    assert svg
    drawn = ET.fromstring(svg.group()).find("polyline")
    assert drawn is not None
    assert drawn.get("points") == "46.0,260.0 408.0,12.0"
