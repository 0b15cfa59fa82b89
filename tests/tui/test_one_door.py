"""Foreign text comes onto a screen by one door, ``tui/text.py``; every other way that the toolkit offers is kept shut.

What takes markup is told not to, what would parse it all the same gets a constant or literal text, and what cannot be
kept from parsing it is not used. A rule here names what it forbids and where it found it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "tui"
PRINTING = ("cli", "report", "web")
"""Rooms without widgets: they print, write a page, or serve one, and have tests of their own."""

FILES = sorted(path for path in HOME.rglob("*.py") if path.relative_to(HOME).parts[0] not in PRINTING)

FORBIDDEN = {
    "DataTable": "is slow, and reads markup in its cells: use RowList",
    "Tree": "reads markup in its labels: use RowList",
    "DirectoryTree": "reads markup in its labels: use RowList",
    "Markdown": "makes links of what it shows",
    "MarkdownViewer": "makes links of what it shows",
    "RichLog": "reads markup and escape sequences",
    "Log": "shows control characters",
    "OptionList": "reads markup in its prompts: use RowList",
    "SelectionList": "reads markup in its prompts: use RowList",
    "TabbedContent": "reads markup in its titles: use PaneTabs",
    "Header": "shows a title that anybody can set",
    "Link": "opens an address",
    "from_markup": "reads markup",
    "from_ansi": "reads escape sequences",
    "render_markup": "reads markup",
}
LITERAL = ("literal", "Text", "Content", "outcome", "yuan")
"""What makes text that is nothing but text; the argument of Text has a rule of its own."""

TAKES_MARKUP = ("Static", "Label")
FIRST_IS_SHOWN = ("Button", "Option", "Checkbox", "RadioButton", "Collapsible", "Tab", "TabPane")
SELECTS = {"widgets/forms.py"}
"""Where a Select may be made: its options have to be literal and its prompt a constant there."""


def name_of(call: ast.expr) -> str:
    """``Static`` of ``Static(…)`` and of ``widgets.Static(…)``."""
    if isinstance(call, ast.Subscript):
        call = call.value
    return call.id if isinstance(call, ast.Name) else call.attr if isinstance(call, ast.Attribute) else ""


def is_false(call: ast.Call, keyword: str) -> bool:
    return any(
        one.arg == keyword and isinstance(one.value, ast.Constant) and one.value.value is False for one in call.keywords
    )


def is_ours(value: ast.expr | None) -> bool:
    """A constant without brackets, a choice of such, or literal text."""
    if value is None or (isinstance(value, ast.Constant) and "[" not in str(value.value)):
        return True
    if isinstance(value, ast.IfExp):
        return is_ours(value.body) and is_ours(value.orelse)
    return isinstance(value, ast.Call) and name_of(value.func) in LITERAL


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def markup_is_off(tree: ast.AST, where: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and {name_of(base) for base in node.bases} & set(TAKES_MARKUP):
            methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
            for call in (call for method in methods for call in own_calls(method)):
                if name_of(call.func) == "__init__" and not is_false(call, "markup"):
                    yield f"{where}:{call.lineno}: {node.name} has to be made with markup=False"
        if not isinstance(node, ast.Call) or is_false(node, "markup"):
            continue
        if name_of(node.func) in (*TAKES_MARKUP, "notify"):
            yield f"{where}:{node.lineno}: {name_of(node.func)} has to be called with markup=False"


def nothing_forbidden_is_used(tree: ast.AST, where: str) -> Iterator[str]:
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Call):
            names = [name_of(node.func)]
        for name in names:
            if name in FORBIDDEN:
                yield f"{where}:{getattr(node, 'lineno', 0)}: {name} {FORBIDDEN[name]}"


def what_is_shown_is_literal(tree: ast.AST, where: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = name_of(node.func)
            if name in FIRST_IS_SHOWN and node.args and not is_ours(node.args[0]):
                yield f"{where}:{node.lineno}: what {name} shows has to be literal(…)"
            if name == "Select" and (where not in SELECTS or not is_ours(keyword(node, "prompt"))):
                yield f"{where}:{node.lineno}: a Select reads markup in its prompt and options"
            if name == "TextArea" and not is_ours(keyword(node, "placeholder")):
                yield f"{where}:{node.lineno}: a TextArea reads markup in its placeholder"
            if name == "update" and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                yield f"{where}:{node.lineno}: what is put together is shown by literal(…)"
        if isinstance(node, ast.Assign) and not is_ours(node.value):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in ("border_title", "border_subtitle", "tooltip"):
                    yield f"{where}:{node.lineno}: {target.attr} reads markup: give it literal(…)"


RULES: tuple[Callable[[ast.AST, str], Iterator[str]], ...] = (
    markup_is_off,
    nothing_forbidden_is_used,
    what_is_shown_is_literal,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_other_way_is_shut(rule: Callable[[ast.AST, str], Iterator[str]]) -> None:
    found: list[str] = []
    for path in FILES:
        found += rule(ast.parse(path.read_text(encoding="utf-8")), path.relative_to(HOME).as_posix())
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "Static(text)",
        "Static(text, markup=True)",
        "widgets.Label(text, markup=on)",
        "class Mine(Static):\n    def __init__(self, text):\n        super().__init__(text)",
        "self.notify(str(error))",
        "from textual.widgets import DataTable",
        "Text.from_markup(name)",
        "Text.from_ansi(answer)",
        "Button(run.name)",
        "Button('[red]x')",
        "Option(f'{name}')",
        "Select(options, prompt='x')",
        "TextArea('', placeholder=hint)",
        "self.query_one('#title', Static).update(f'{name}')",
        "self.border_title = title",
        "pane.border_title = f'{title}'",
        "widget.tooltip = tip",
    ],
)
def test_the_rules_see_what_they_are_to_see(source: str) -> None:
    tree = ast.parse(source)
    assert [line for rule in RULES for line in rule(tree, "screens/some.py")]


# --- nothing blocks the screen -----------------------------------------------------------------------------------

SLOW = {
    "Store",
    "Database",
    "sleep",
    "run_episode",
    "build_scratch",
    "base_world",
    "carry_out",
    "load_suite",
    "urlopen",
}
"""What opens a file, builds a world or waits: for workers only."""

SLOW_MODULES = {"reading"}
"""Modules whose functions read the store."""


def blocking(tree: ast.AST, where: str) -> Iterator[str]:
    """Calls of what is slow in a method of a widget that is no worker."""
    for kind in ast.walk(tree):
        if not isinstance(kind, ast.ClassDef):
            continue
        for method in kind.body:
            if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) or is_worker(method):
                continue
            # A function within a method is handed to a worker.
            for call in own_calls(method):
                name, owner = name_of(call.func), ""
                if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                    owner = call.func.value.id
                if name in SLOW or (owner in SLOW_MODULES and name in READS):
                    yield f"{where}:{call.lineno}: {kind.name}.{method.name} calls {name}, which is for a worker"


def is_worker(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call) and name_of(mark.func) == "work" and keyword(mark, "thread") is not None
        for mark in method.decorator_list
    )


def own_calls(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from own_calls(child)


def readers() -> set[str]:
    """The functions of tui/reading.py that open the store, themselves or by another one."""
    tree = ast.parse((HOME / "reading.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    found: set[str] = set()
    for _ in functions:
        for function in functions:
            called = {name_of(call.func) for call in ast.walk(function) if isinstance(call, ast.Call)}
            if called & ({"Store"} | found):
                found.add(function.name)
    return found


READS = readers()


def test_nothing_slow_is_called_where_keys_are_waited_for() -> None:
    assert len(READS) > 3
    found: list[str] = []
    for path in FILES:
        where = path.relative_to(HOME).as_posix()
        if where.startswith(("screens/", "widgets/")) or where == "app.py":
            found += blocking(ast.parse(path.read_text(encoding="utf-8")), where)
    assert found == []


def test_what_blocks_is_seen() -> None:
    bad = "class S(Screen):\n    def on_mount(self):\n        with Store(self._store) as store: pass\n"
    good = bad.replace("    def on_mount", "    @work(thread=True)\n    def on_mount")
    assert list(blocking(ast.parse(bad), "x"))
    assert not list(blocking(ast.parse(good), "x"))
    assert list(blocking(ast.parse(f"class S:\n    def f(self):\n        reading.{sorted(READS)[0]}(1)\n"), "x"))
