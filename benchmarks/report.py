"""Tables and charts, as text for a terminal and as one HTML file that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from benchmarks.metrics import Figure

_WIDTH, _HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 40
_TICKS = 5
# Told apart by people who see colours differently, too (Okabe & Ito, 2008); dashes help in print.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #667; --line: #d8dde4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --paper: #14181f; --soft: #9aa4b2; --line: #333b47; }
}
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
p { margin: .3rem 0 .8rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .9rem .25rem 0; text-align: left; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
td small { color: var(--soft); } tr.goal td { color: var(--soft); font-style: italic; }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); }
figure { margin: 0; border: 1px solid var(--line); border-radius: .5rem; padding: .7rem; }
figcaption { font-weight: 600; margin-bottom: .3rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 12px; }
ul { list-style: none; padding: 0; margin: .3rem 0 0; display: flex; flex-wrap: wrap;
  gap: .2rem 1rem; }
li svg { display: inline-block; width: 2rem; vertical-align: middle; margin-right: .3rem; }
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: figures by column; a column may be missing."""

    name: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures.

    Attributes:
        title: what it shows.
        columns: names of its columns.
        rows: its rows.
        goals: what must be reached (and what is aimed at), by column.
        note: how to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    goals: dict[str, str] | None
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart.

    Attributes:
        name: its name in the legend.
        points: where it goes, from left to right.
        is_ideal: drawn thin, as what to compare with.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    is_ideal: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart."""

    title: str
    across: str
    up: str
    lines: Sequence[Line]
    x_range: tuple[float, float] = (0, 1)
    y_range: tuple[float, float] = (0, 1)


def as_text(table: Table) -> str:
    """A table for a terminal."""
    rows = [(row.name, *(_cell(row, column) for column in table.columns)) for row in table.rows]
    if table.goals:
        goals = table.goals
        rows.append(("must (aim)", *(goals.get(column, "") for column in table.columns)))
    cells = [("", *table.columns), *rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([table.title, *lines, f"({table.note})"])


def as_html(title: str, tables: Sequence[Table], charts: Sequence[Chart]) -> str:
    """One page with all charts and tables."""
    figures = "\n".join(map(_chart, charts))
    sections = "\n".join(map(_table, tables))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Grey: 95 % intervals over questions.</p>
<div class="charts">
{figures}
</div>
{sections}
</body>
</html>
"""


def _cell(row: Row, column: str) -> str:
    return str(row.figures[column]) if column in row.figures else ""


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    body = "\n".join(
        f"<tr><td>{escape(row.name)}</td>"
        + "".join(f"<td>{_small_interval(_cell(row, column))}</td>" for column in table.columns)
        + "</tr>"
        for row in table.rows
    )
    goals = table.goals or {}
    last = "".join(f"<td>{escape(goals.get(column, ''))}</td>" for column in table.columns)
    goal = f'<tr class="goal"><td>must (aim)</td>{last}</tr>' if goals else ""
    return f"""<h2>{escape(table.title)}</h2>
<p>{escape(table.note)}</p>
<div class="scroll"><table>
<thead><tr><th></th>{head}</tr></thead>
<tbody>
{body}
{goal}
</tbody>
</table></div>"""


def _small_interval(cell: str) -> str:
    value, bracket, interval = escape(cell).partition(" [")
    return f"{value} <small>[{interval}</small>" if bracket else value


def _chart(chart: Chart) -> str:
    lines = "\n".join(_polyline(chart, line, place) for place, line in enumerate(chart.lines))
    legend = "".join(
        f'<li><svg viewBox="0 0 32 8" aria-hidden="true"><line x1="0" x2="32" y1="4" y2="4" '
        f"{_stroke(line, place)}/></svg>{escape(line.name)}</li>"
        for place, line in enumerate(chart.lines)
    )
    return f"""<figure><figcaption>{escape(chart.title)}</figcaption>
<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(chart.title)}">
{_axes(chart)}
{lines}
</svg><ul>{legend}</ul></figure>"""


def _axes(chart: Chart) -> str:
    parts = []
    for tick in range(_TICKS + 1):
        share = tick / _TICKS
        x_value = chart.x_range[0] + share * (chart.x_range[1] - chart.x_range[0])
        y_value = chart.y_range[0] + share * (chart.y_range[1] - chart.y_range[0])
        x, y = _place(chart, x_value, y_value)
        bottom = _HEIGHT - _BOTTOM
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            'stroke="var(--line)"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{y_value:.2f}</text>'
            f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{x_value:.3g}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    centre = (_TOP + _HEIGHT - _BOTTOM) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(chart.across)}</text>'
        f'<text x="12" y="{centre}" text-anchor="middle" transform="rotate(-90 12 {centre})">'
        f"{escape(chart.up)}</text>"
    )
    return "\n".join(parts)


def _polyline(chart: Chart, line: Line, place: int) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(chart, *p) for p in line.points))
    return f'<polyline points="{points}" fill="none" {_stroke(line, place)}/>'


def _stroke(line: Line, place: int) -> str:
    if line.is_ideal:
        return 'stroke="var(--soft)" stroke-width="1" stroke-dasharray="2 4"'
    colour, dashes = _COLOURS[place % len(_COLOURS)], _DASHES[place % len(_DASHES)]
    return f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'


def _place(chart: Chart, x: float, y: float) -> tuple[float, float]:
    """Where a point lies in the drawing."""
    x_share = (x - chart.x_range[0]) / (chart.x_range[1] - chart.x_range[0])
    y_share = (y - chart.y_range[0]) / (chart.y_range[1] - chart.y_range[0])
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    return _LEFT + x_share * wide, _TOP + (1 - y_share) * high
