"""The services: their tools, state machines and tables, to read about and to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from mock_services.errors import BanshiError
from mock_services.registry import Registry
from scenarios.runs.trial import Trial
from tui.explorer import Entry, best, entries, is_third_party, visible
from tui.screens.rows import TableScreen
from tui.screens.trial import TrialScreen
from tui.text import literal
from tui.widgets.explained import explain
from tui.widgets.panes import Pane
from tui.widgets.rows import Column, RowList
from tui.widgets.searchbar import SearchBar

COLUMNS = (
    Column("service, tool, machine, table", 26, grow=3),
    Column("", 8, grow=1, rank=1),
    Column("what it is", 12, grow=4, rank=2),
)
SIGNS = {"tool": "›", "machine": "◇", "table": "▤"}


class ServicesScreen(Screen[None]):
    """The explorer."""

    CSS = """
    ServicesScreen #both { height: 1fr; layout: vertical; }
    ServicesScreen #services { height: 1fr; }
    ServicesScreen #about { height: 1fr; border-top: solid $panel; }
    .-wide ServicesScreen #both, ServicesScreen.-wide #both { layout: horizontal; }
    ServicesScreen.-wide #services { width: 1fr; border-right: solid $panel; }
    ServicesScreen.-wide #about { width: 1fr; border-top: none; }
    ServicesScreen.-short #about { display: none; }
    ServicesScreen.-short #about:focus { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right,l", "unfold", "Unfold", key_display="space"),
        Binding("left,h", "fold", "Fold", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("t", "try", "Try it"),
        Binding("y", "copy", "Copy"),
        Binding("tab", "app.focus_next", "Page", show=False),
        Binding("escape,q", "back", "Back", key_display="q"),
    ]
    place_name = "services"
    help_text = (
        "The services of the city, and what you brought along: › a tool, ◇ a state machine, ▤ a table. "
        "Enter unfolds a service, tries a tool in a scratch world, goes from a machine to its page, and shows the rows "
        "of a table. The scratch world is thrown away when this screen is left."
    )

    class Loaded(Message):
        """The services were made."""

        def __init__(self, registry: Registry, found: list[Entry]) -> None:
            super().__init__()
            self.registry, self.found = registry, found

    class Failed(Message):
        """One of them cannot be loaded."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, trial: Trial) -> None:
        super().__init__()
        self._trial = trial
        self._registry: Registry | None = None
        self._whole: list[Entry] = []
        self._opened: set[str] = set()
        self._needle = ""
        self._wanted: Any = None

    def place(self) -> dict[str, Any]:
        """The filter, what is unfolded, and what the cursor is on."""
        here = self._list().current
        at = [] if here is None else [here.kind, here.name]
        return {"filter": self._needle, "opened": sorted(self._opened), "at": at}

    def go_to(self, place: dict[str, Any]) -> None:
        """As the last time; before the screen is shown."""
        opened = place.get("opened")
        self._needle = str(place.get("filter", ""))
        self._opened = {str(name) for name in opened} if isinstance(opened, list) else set()
        self._wanted = place.get("at")

    def compose(self) -> ComposeResult:
        yield Static(Text("banshi · services"), id="title", markup=False)
        yield Static(Text("reading the services …", style="dim"), id="message", markup=False)
        with Container(id="both"):
            about = "Enter opens what the cursor is on; / filters by words."
            yield RowList[Entry](COLUMNS, self._cells, id="services", help_text=about)
            yield Pane(id="about", title="about", help_text="What there is to know about the thing at the cursor.")
        yield SearchBar(id="search")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Make the services, which takes a moment."""
        self.query_one("#both").display = False
        self._load()

    @work(thread=True, exclusive=True)
    def _load(self) -> None:
        try:
            registry = self._trial.registry()
        except BanshiError as error:
            self.post_message(self.Failed(str(error)))
            return
        self.post_message(self.Loaded(registry, entries(registry)))

    def on_services_screen_loaded(self, event: Loaded) -> None:
        """List them."""
        self._registry, self._whole = event.registry, event.found
        self.query_one("#message").display = False
        self.query_one("#both").display = True
        self._refill(next((entry for entry in event.found if [entry.kind, entry.name] == self._wanted), None))
        if self._needle:
            self.query_one(SearchBar).fill(self._needle)
        self._list().focus()

    def on_services_screen_failed(self, event: Failed) -> None:
        """Say what is wrong instead."""
        self.query_one("#message", Static).update(literal(f"{event.text}\n\nq goes back", lines=True))

    # --- the list --------------------------------------------------------------------------------------------

    def _cells(self, entry: Entry) -> Sequence[Text]:
        if entry.kind == "service":
            sign = "▾" if entry.service in self._opened or self._needle else "▸"
            foreign = " (yours)" if is_third_party(entry.service) else ""
            name = literal(f"{sign} {entry.name}{foreign}", "bold")
        else:
            name = literal(f"    {SIGNS[entry.kind]} {entry.name}", "")
        more = literal(entry.more, "bold cyan" if entry.more == "write" else "dim")
        return (name, more, literal(entry.about, "dim"))

    def _refill(self, at: Entry | None = None) -> None:
        listed = self._list()
        wanted = at or listed.current
        rows = visible(self._whole, self._opened, self._needle)
        place = next((n for n, entry in enumerate(rows) if entry is wanted), None)
        if self._needle and at is None:
            place = best(rows, self._needle)
        listed.show(rows, place or 0)
        self._title(sum(entry.kind != "service" for entry in rows))
        if not rows:
            self._pane().show(Text("nothing has all these words", style="dim"))

    def _title(self, found: int) -> None:
        tools = sum(entry.kind == "tool" for entry in self._whole)
        services = sum(entry.kind == "service" for entry in self._whole) - 1  # the kernel is none
        filtered = f" · {found} with “{self._needle}”" if self._needle else ""
        title = literal(f"banshi · {services} services, {tools} tools{filtered}")
        self.query_one("#title", Static).update(title)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The page follows the cursor."""
        entry = self._list().current
        if entry is not None and self._registry is not None:
            self._pane().show(explain(entry, self._whole, self._registry))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open what the cursor is on."""
        entry = self._list().current
        if entry is None:
            return
        if entry.kind == "service":
            self._toggle(entry)
        elif entry.kind == "tool":
            self.action_try()
        elif entry.kind == "table":
            self.app.push_screen(TableScreen(self._trial, entry.item))
        else:
            self._pane().focus()

    def action_unfold(self) -> None:
        """Show what the service has; on anything else, its page."""
        entry = self._list().current
        if entry is not None and entry.kind == "service":
            self._toggle(entry)
        elif entry is not None:
            self._pane().focus()

    def action_fold(self) -> None:
        """Back to the list, or put the service away that the cursor is in."""
        entry = self._list().current
        if self.focused is not self._list():
            self._list().focus()
        elif entry is not None and not self._needle:
            self._opened.discard(entry.service)
            self._refill(next(one for one in self._whole if one.kind == "service" and one.service == entry.service))

    def _toggle(self, entry: Entry) -> None:
        if not self._needle:
            self._opened ^= {entry.service}
            self._refill(entry)

    def action_try(self) -> None:
        """Try the tool in the scratch world."""
        entry = self._list().current
        if entry is not None and entry.kind == "tool" and self._registry is not None:
            self.app.push_screen(TrialScreen(self._trial, entry.item, self._registry))
        else:
            self.notify("put the cursor on a tool (›) to try it", timeout=2, markup=False)

    def action_copy(self) -> None:
        """Copy the page about the thing at the cursor."""
        entry = self._list().current
        if entry is not None and self._registry is not None:
            self.app.copy_to_clipboard(explain(entry, self._whole, self._registry).plain)
            self.notify(f"copied what is said of {entry.name}", timeout=2, markup=False)

    def action_back(self) -> None:
        """First the page is left, then the filter goes, then the screen."""
        if self.focused is self._pane():
            self._list().focus()
        elif self._needle:
            self.query_one(SearchBar).close(clear=True)
        else:
            self.app.pop_screen()

    # --- filtering -------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).open()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Filter while typing."""
        self._needle = event.text.strip()
        self._refill()
        found = sum(entry is not None and entry.kind != "service" for entry in self._list().rows)
        self.query_one(SearchBar).tell(f"{found} found" if self._needle else "")

    def on_search_bar_taken(self, event: SearchBar.Taken) -> None:
        """Keep the filter and go on in the list."""
        self.query_one(SearchBar).close()
        self._list().focus()

    def on_search_bar_left(self, event: SearchBar.Left) -> None:
        """Give the filter up."""
        self.query_one(SearchBar).close(clear=True)
        self._list().focus()

    def on_search_bar_go(self, event: SearchBar.Go) -> None:
        """Move in the list without leaving the line."""
        self._list().action_move(event.way)

    def _list(self) -> RowList[Entry]:
        found: RowList[Entry] = self.query_one("#services", RowList)
        return found

    def _pane(self) -> Pane:
        return self.query_one("#about", Pane)
