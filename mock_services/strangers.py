"""Another person in the same world, for the contract kit: what is theirs is neither shown nor changed.

Whatever another person has made in a world is theirs: the rows that name them, and the rows that name such a row.
What those rows say about them (numbers, names, telephones, addresses, texts) must not come up in an answer, unless the
caller said it themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.context import NOTICES
from mock_services.fuzzing import gather
from mock_services.tables import Key

if TYPE_CHECKING:
    from mock_services.pipeline import Reply
    from mock_services.trace import Event
    from mock_services.world import World

STRANGER = "U-stranger"
"""Who they are."""

_TELLING = frozenset(
    {
        *("name", "nickname", "phone", "recipient", "address", "text", "id_no", "account", "note", "memo"),
        *("passenger_name", "passenger_phone", "driver_phone", "plate", "tracking_no", "out_trade_no", "purpose"),
        *("request_no", "pickup_note"),
    }
)
"""Fields that say who somebody is or what they did."""
_SHORTEST = 4


class Strangers:
    """What another person has in a world; empty without a ``life``.

    Args:
        world: The world; what ``life`` does there stays.
        life: What they have and did, acted in their name.
    """

    def __init__(self, world: World, life: Callable[[World], None] | None) -> None:
        mark = len(world.state.journal)
        if life is not None:
            with world.in_name_of(STRANGER):
                life(world)
        written = {(change.table, change.key) for change in world.state.journal[mark:]}
        made = {
            (table, key): row
            for table, key, row in world.state.changed()
            if (table, key) in written and row is not None
        }
        self.rows: dict[tuple[str, Key], Any] = {at: row for at, row in made.items() if STRANGER in _texts(row)}
        while more := self._of_theirs(made):
            self.rows |= more
        self._secrets = self._only_theirs(world)
        self.values: dict[str, list[Any]] = {}
        for (table, _), row in self.rows.items():
            gather(msgspec.to_builtins(row), table.rpartition(".")[2], self.values)

    def _of_theirs(self, made: Mapping[tuple[str, Key], Any]) -> dict[tuple[str, Key], Any]:
        # A parcel names its order, a refund its payment.
        keys = {key for _, key in self.rows if isinstance(key, str) and len(key) > _SHORTEST}
        return {at: row for at, row in made.items() if at not in self.rows and keys & _texts(row)}

    def _only_theirs(self, world: World) -> tuple[str, ...]:
        known: set[str] = set()
        for rows in world.base.tables.rows.values():
            for row in rows.values():
                known |= _texts(row)
        for table, key, row in world.state.changed():
            if row is not None and (table, key) not in self.rows:
                known |= set(_leaves(msgspec.to_builtins(row)))
        told = {str(key) for _, key in self.rows if any(c.isdigit() for c in str(key))} | {STRANGER}
        for (table, _), row in self.rows.items():
            # What a message says of a shop and a price could be somebody else's message as well.
            if table != NOTICES.name:
                told |= set(_leaves(msgspec.to_builtins(row), _TELLING))
        return tuple(sorted(text for text in told - known if len(text.encode()) > _SHORTEST))

    def seen_in(self, reply: Reply, args: Mapping[str, Any]) -> str:
        """What an answer gives away; empty if nothing."""
        if not self._secrets:
            return ""
        answer = json.dumps(reply.wire(), ensure_ascii=False)
        found = [secret for secret in self._secrets if secret in answer]
        said = repr(args)
        return next((secret for secret in found if secret not in said), "")

    def changed_by(self, events: Iterable[Event]) -> str:
        """The first of their rows that a call changed; empty if none. What happens on its own is no call's doing."""
        calls = [event.data for event in events if event.kind == "tool_called"]
        changed = [(change["table"], change["key"]) for call in calls for change in call["changes"]]
        return next((f"{table} {key}" for table, key in changed if (table, key) in self.rows), "")

    def instead_of(self, args: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The same arguments with one of them replaced by what is theirs under its name."""
        for name, value in args.items():
            one = name.removesuffix("s")
            known = self.values.get(name) or self.values.get(one) or self.values.get(f"{one}_id") or []
            for theirs in known[:3]:
                if isinstance(value, list):
                    yield {**args, name: [theirs]}
                elif type(value) is type(theirs):
                    yield {**args, name: theirs}


def _texts(row: Any) -> set[str]:
    """The strings that a row holds at the top, or in a tuple there."""
    texts: set[str] = set()
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if isinstance(value, str):
            texts.add(value)
        elif isinstance(value, tuple):
            texts.update(item for item in value if isinstance(item, str))
    return texts


def _leaves(value: Any, fields: frozenset[str] | None = None, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for field, item in value.items():
            yield from _leaves(item, fields, field)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, fields, name)
    elif isinstance(value, str) and (fields is None or name in fields):
        yield value
