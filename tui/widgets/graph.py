"""The agent's graph as a small drawing: nodes in a column, edges forward on their right, edges back on their left.

All edges out of a node share one track. Where a track begins or an edge ends there is a corner or a tee (``┼`` in the
middle of a track); where an edge only passes a track, the track runs through (``─│─``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from rich.style import Style
from rich.text import Text

from tui.text import literal

END = "end"

_DIM, _TAKEN, _LIT = Style(dim=True), Style(color="cyan"), Style(color="yellow", bold=True)
_RANK = {id(_DIM): 0, id(_TAKEN): 1, id(_LIT): 2}

_UP, _DOWN, _IN, _OUT = 1, 2, 4, 8
_GLYPHS = {
    _UP | _DOWN: "│",
    _IN | _OUT: "─",
    _IN | _DOWN: "╮",
    _IN | _UP: "╯",
    _IN | _OUT | _DOWN: "┬",
    _IN | _OUT | _UP: "┴",
    _IN | _UP | _DOWN: "┤",
    _IN | _OUT | _UP | _DOWN: "┼",
}
_MIRRORED = str.maketrans("╮╯┤", "╭╰├")


def drawing(edges: Mapping[str, Sequence[str]], visits: Sequence[str]) -> Text:
    """The graph after ``visits``: the last of them is lit, and the edges that lead on from it stand out.

    Behind each node stands how often it was entered. A node that the edges do not name stands alone.
    """
    nodes = list(dict.fromkeys((*edges, *(to for ends in edges.values() for to in ends if to != END), *visits)))
    if any(END in ends for ends in edges.values()):
        nodes.append(END)
    taken = set(pairwise(visits))
    entered = Counter(visits)
    lit = visits[-1] if visits else ""
    forward, back = _side(nodes, edges, taken, lit, 1), _side(nodes, edges, taken, lit, -1)
    width = max(len(node) for node in nodes) + 2
    text = Text()
    for row, node in enumerate(nodes):
        into = any(node in ends for source, ends in edges.items() if nodes.index(source) > row)
        text.append_text(back.line(row, mirrored=True))
        text.append("▶" if into else back.rule(row), style=back.style(row))
        style = "bold reverse" if node == lit else "" if node in entered else "dim"
        text.append_text(literal((f"[{node}]" if node == lit else f" {node} ").center(width), style))
        text.append(_count(entered[node], node in edges.get(node, ())), style="" if node in entered else "dim")
        onto = any(node in ends for source, ends in edges.items() if nodes.index(source) < row)
        text.append("◀" if onto else forward.rule(row), style=forward.style(row))
        text.append_text(forward.line(row, mirrored=False)).append("\n")
    text.rstrip()
    return text


def _count(times: int, loops: bool) -> str:
    return f"{f'{times}×' if times else '':>3}{'↻' if loops else ' '}"


class _Canvas:
    """The tracks of one side: columns away from the nodes, each cell a set of directions and a style."""

    def __init__(self, rows: int, columns: int) -> None:
        self._cells = [[0] * columns for _ in range(rows)]
        self._styles = [[_DIM] * columns for _ in range(rows)]
        self._rules: dict[int, Style] = {}

    def draw(self, source: int, targets: Iterable[int], column: int, style: Mapping[int, Style]) -> None:
        """One track: from a row out to its column, along it, and in to each target."""
        ends = sorted(targets, key=lambda row: abs(row - source))
        best = max((style[row] for row in ends), key=lambda one: _RANK[id(one)])
        self._rule(source, column, best)
        for target in ends:
            self._rule(target, column, style[target])
            low, high = sorted((source, target))
            for row in range(low, high + 1):
                bits = (_DOWN if row < high else 0) | (_UP if row > low else 0)
                through = row not in (source, *ends)
                self._mark(row, column, bits, style[target], through=through)

    def _rule(self, row: int, column: int, style: Style) -> None:
        self._rules[row] = max(self._rules.get(row, _DIM), style, key=lambda one: _RANK[id(one)])
        for nearer in range(column):
            self._mark(row, nearer, _IN | _OUT, style)
        self._mark(row, column, _IN, style)

    def _mark(self, row: int, column: int, bits: int, style: Style, *, through: bool = False) -> None:
        self._cells[row][column] |= bits | (16 if through else 0)
        if _RANK[id(style)] > _RANK[id(self._styles[row][column])]:
            self._styles[row][column] = style

    def rule(self, row: int) -> str:
        """What stands between a node and its tracks, where there is no arrow."""
        return "─" if row in self._rules else " "

    def style(self, row: int) -> Style:
        """The style of what stands there."""
        return self._rules.get(row, _DIM)

    def line(self, row: int, *, mirrored: bool) -> Text:
        """A row of the tracks; mirrored for the side on which they lie to the left of the nodes."""
        cells = []
        for bits, style in zip(self._cells[row], self._styles[row], strict=True):
            glyph = "│" if bits & 16 and bits & (_UP | _DOWN) else _GLYPHS.get(bits & 15, " ")
            rule = "─" if bits & _OUT else " "
            cells.append((glyph, rule, style))
        text = Text()
        if mirrored:
            for glyph, rule, style in reversed(cells):
                text.append(rule + glyph.translate(_MIRRORED), style=style)
        else:
            for glyph, rule, style in cells:
                text.append(glyph + rule, style=style)
        return text


def _side(
    nodes: list[str], edges: Mapping[str, Sequence[str]], taken: set[tuple[str, str]], lit: str, way: int
) -> _Canvas:
    """The tracks of all edges that lead down (``way`` 1) or up (-1), the shortest nearest to the nodes."""
    place = {node: row for row, node in enumerate(nodes)}
    ends = {
        source: [place[to] for to in targets if (place[to] - place[source]) * way > 0]
        for source, targets in edges.items()
    }
    # A track that begins further on lies within one that began before: so no two starts share a place.
    order = sorted((source for source in ends if ends[source]), key=lambda source: -place[source] * way)
    columns: dict[str, int] = {}
    spans: list[list[tuple[int, int]]] = []
    for source in order:
        rows = [place[source], *ends[source]]
        low, high = min(rows), max(rows)
        column = max(
            (n + 1 for n, used in enumerate(spans) if any(low <= last and first <= high for first, last in used)),
            default=0,
        )
        if column == len(spans):
            spans.append([])
        spans[column].append((low, high))
        columns[source] = column
    canvas = _Canvas(len(nodes), len(spans))
    for source, column in columns.items():
        style = {row: _style(source, nodes[row], taken, lit) for row in ends[source]}
        canvas.draw(place[source], ends[source], column, style)
    return canvas


def _style(source: str, target: str, taken: set[tuple[str, str]], lit: str) -> Style:
    if source == lit:
        return _LIT
    return _TAKEN if (source, target) in taken else _DIM
