"""The oracle: knows the goal and what the person accepts instead, but not what will break.

It acts through the public tools alone, asks what was not said, and reports what is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agent.interface import Agent, Episode, EpisodeOver
from mock_services.extras import Extra
from mock_services.registry import Registry, registry_of
from scenarios.grading.goal import readings
from scenarios.loader import Suite, references
from scenarios.model import Scenario
from scenarios.references import affairs, goods, trips
from scenarios.references.desk import REASONS, Desk, Stopped, Withheld
from scenarios.results import opaque_scenario
from scenarios.wants import OrderRef, Want, atoms

ATTEMPTS = 4
"""How many candidates of one want are tried before it counts as not possible."""

CHOSEN = ("flash_order", "taobao_order", "flight", "train", "hotel", "tickets", "paid")
"""Wants for which one of several candidates is taken."""

SILENT = ("told", "unchanged", "total_at_most", "asked")
"""Wants that need no action of their own."""


class Errand:
    """One run of the oracle."""

    def __init__(self, episode: Episode, scenario: Scenario, names: dict[str, str], registry: Registry) -> None:
        self.scenario = scenario
        self.names = names
        self.desk = Desk(episode, scenario, look_only=scenario.expect == "withhold", registry=registry)
        self.made: list[tuple[str, str]] = []
        self.booked: dict[str, list[trips.Option]] = {}
        self.sellers: dict[str, str] = {}

    # --- the whole -------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Try the goal, then every accepted alternative; report what came of it."""
        self._ask()
        self._settle(self.scenario)

    def _settle(self, scenario: Scenario) -> None:
        code = "NOT_FOUND"
        tries = [scenario.goal, *(alternative.goal for alternative in scenario.accepts)]
        for number, goal in enumerate(tries):
            for reading in readings(goal) if goal else []:
                try:
                    self._carry_out(reading)
                except Withheld:
                    continue
                except Stopped as stopped:
                    code = stopped.code
                    self._give_back()
                else:
                    if not self.desk.look_only:
                        self._report_done(reading, number > 0)
                        return
        self._report_declined(code)

    def _ask(self) -> None:
        wanted = [want.asked for want in atoms(self.scenario.goal) if want.asked is not None]
        for asked in wanted:
            self.desk.ask(asked.topic[0])
        if self.scenario.expect == "withhold":
            for topic in self.scenario.answers:
                self.desk.ask(topic)

    def _carry_out(self, reading: list[Want]) -> None:
        # Everything is looked up before anything is paid, so that what cannot be had is known in time.
        active = [want for want in reading if want.kind not in SILENT]
        # A mandate may have to pay for the rest, and a ride may be about the train of another want.
        active.sort(key=lambda want: {"mandate": -1, "ride": 1}.get(want.kind, 0))
        found = [self._find(want) for want in active]
        for want, candidates in zip(active, found, strict=True):
            self._do(want, candidates)
        for want in active:
            if want.kind == "flight":
                self._still_flies(want)

    # --- wants -----------------------------------------------------------------------------------------------

    def _find(self, want: Want) -> list[Any]:
        """Candidates for a want that chooses among things; empty for the others."""
        finders: dict[str, Callable[[], list[Any]]] = {
            "flash_order": lambda: goods.flash_baskets(self.desk, want.value),
            "taobao_order": lambda: goods.taobao_baskets(self.desk, want.value),
            "flight": lambda: trips.trips(self.desk, "flight", want.value),
            "train": lambda: trips.trips(self.desk, "train", want.value),
            "hotel": lambda: trips.hotels(self.desk, want.value),
            "tickets": lambda: trips.tickets(self.desk, want.value),
            "paid": lambda: affairs.purchases(self.desk, want.value),
        }
        finder = finders.get(want.kind)
        return finder() if finder is not None else []

    def _still_flies(self, want: Want) -> None:
        """A flight that was cancelled since it was booked is given back and replaced."""
        for option in self.booked.get("flight", [])[:]:
            detail = self.desk.read("fliggy_order_detail", order_id=option.order_id)
            if detail["disruption"] == "cancelled":
                affairs.cancel(self.desk, OrderRef(order=option.order_id))
                self.booked["flight"].remove(option)
                self.made.remove(("flight", option.order_id))
                self._acquire(want, [])

    def _do(self, want: Want, candidates: list[Any]) -> None:
        if want.kind in CHOSEN:
            self._acquire(want, candidates)
            return
        value = self._resolved(want)
        deeds: dict[str, Callable[[], list[str]]] = {
            "ride": lambda: trips.ride(self.desk, value, self.booked),
            "bill": lambda: affairs.pay_bill(self.desk, value),
            "transfer": lambda: affairs.transfer(self.desk, value),
            "collect": lambda: affairs.collect(self.desk, value),
            "mandate": lambda: affairs.mandate(self.desk, value),
            "refund": lambda: affairs.refund(self.desk, value),
            "cancelled": lambda: affairs.cancel(self.desk, value),
            "rebooked": lambda: affairs.rebook(self.desk, value),
            "readdressed": lambda: goods.readdress(self.desk, value),
        }
        self.made += [(want.kind, ref) for ref in deeds[want.kind]()]

    def _resolved(self, want: Want) -> Any:
        """The want with the names of set-up objects replaced by their ids."""
        value = want.value
        for field in ("order", "bill", "to"):
            text = getattr(value, field, None)
            if isinstance(text, str) and text.startswith("$"):
                value = value.model_copy(update={field: self.names[text[1:]]})
        return value

    def _acquire(self, want: Want, candidates: list[Any]) -> None:
        last = Stopped("NOT_FOUND")
        for _ in range(ATTEMPTS):
            # After a refusal it searches anew: what is gone is not offered again, and prices may differ.
            best = (candidates or self._find(want))[0]
            candidates = []
            before = len(self.made)
            try:
                self._take(want, best)
            except Stopped as stopped:
                last = stopped
                if stopped.code in ("REFUSED", "PAYMENT_FAILED"):
                    raise
                if len(self.made) > before:
                    self._give_back(before)
            else:
                return
        raise last

    def _take(self, want: Want, best: Any) -> None:
        if want.kind == "flash_order":
            self.made += [(want.kind, ref) for ref in goods.order_flash(self.desk, best)]
        elif want.kind == "taobao_order":
            self.made += [(want.kind, ref) for ref in goods.order_taobao(self.desk, best)]
        elif want.kind == "paid":
            ref = affairs.purchase(self.desk, want.value, *best)
            self.sellers[ref] = want.value.service
            self.made.append((want.kind, ref))
        else:
            people = {"flight": "pax", "train": "pax", "hotel": "rooms"}.get(want.kind)
            who = {"hotel": "guests", "tickets": ""}.get(want.kind, "travellers")
            count = getattr(want.value, people) if people else 1
            names = getattr(want.value, "who", ())
            self.made.append((want.kind, trips.book(self.desk, best, people=count, who=who, names=names)))
            self.booked.setdefault(want.kind, []).append(best)

    def _give_back(self, keep: int = 0) -> None:
        """Take back what a half-finished errand left, newest first."""
        while len(self.made) > keep:
            kind, ref = self.made.pop()
            try:
                if kind == "paid":
                    affairs.give_back(self.desk, self.sellers[ref], ref)
                elif kind in ("flash_order", "taobao_order", "flight", "train", "hotel", "tickets", "ride"):
                    affairs.cancel(self.desk, OrderRef(order=ref))
            except Stopped:
                continue
            self.booked.pop(kind, None)

    # --- reports ---------------------------------------------------------------------------------------------

    def _report_done(self, reading: list[Want], instead: bool) -> None:
        told = [want.told for want in reading if want.told is not None]
        reasons = [reason for one in told for reason in one.reason]
        facts = [{"name": "order_id", "value": ref} for kind, ref in self.made if kind not in ("collect", "mandate")]
        for one in told:
            if one.fact is not None and one.is_:
                value = one.is_[0]
                facts.append(
                    {"name": one.fact, "value": self.names.get(value[1:], value) if value[:1] == "$" else value}
                )
        self.desk.write(
            "user_report",
            status="partly" if reasons or instead else "done",
            reason_code=reasons[0] if reasons else "",
            facts=facts,
            text="",
        )

    def _report_declined(self, code: str) -> None:
        reason = REASONS.get(code, "not_possible")
        if self.scenario.expect == "withhold":
            self._look()
            reason = self.scenario.reason[0]
        self.desk.write("user_report", status="declined", reason_code=reason, text="")

    def _look(self) -> None:
        """Look at what shows why not, where the search for the goal has not done so already."""
        for tool in self.scenario.looked_at:
            if tool in self.desk.seen or any(seen.startswith(f"{tool}_") for seen in self.desk.seen):
                return
        for tool in self.scenario.looked_at:
            try:
                self.desk.read(tool)
            except (Stopped, KeyError):
                continue
            return


def oracle_for(
    scenario: Scenario,
    names: dict[str, str] | None = None,
    services: tuple[Extra, ...] = (),
    way: type[Errand] = Errand,
) -> Agent:
    """The oracle for one scenario.

    ``names`` are the ids that its named set-up steps got, ``services`` those that its world has beyond the built-in,
    ``way`` is how it goes about it.
    """

    def oracle(episode: Episode) -> None:
        known = names if names is not None else _names(scenario, services)
        part = next((part for part in _errands(scenario) if part.words == episode.instruction), scenario)
        errand = way(episode, part, known, registry_of(services))
        try:
            errand.run()
        except Stopped as stopped:
            reason = REASONS.get(stopped.code, "other")
            episode.call("user_report", {"status": "failed", "reason_code": reason, "text": ""})

    return oracle


def _names(scenario: Scenario, services: tuple[Extra, ...]) -> dict[str, str]:
    # The ids of set-up objects are part of the goal that the oracle knows; they are the same in every run.
    goals = (scenario.goal, *(alternative.goal for alternative in scenario.accepts))
    if not any(any(references(want.model_dump(exclude_unset=True))) for goal in goals for want in atoms(goal)):
        return {}
    from scenarios.episode import base_of, build_world

    return build_world(scenario, "clean", base=base_of(scenario, services))[1]


def oracle_of(suite: Suite) -> Agent:
    """The oracle for a suite: it looks the errand up by its episode id."""

    def oracle(episode: Episode) -> None:
        oracle_for(scenario_of(suite, episode), services=suite.services)(episode)

    return oracle


def _errands(scenario: Scenario) -> Iterator[Scenario]:
    """Each of a scenario's errands alone, the further ones with and without what may be left to the agent."""
    yield scenario
    current = scenario
    while current.then:
        errand = current.then[0]
        part = current
        for delegated in (None, errand.delegates.up_to if errand.delegates is not None else None):
            part = current.following(delegated)
            consent = scenario.consent.model_copy(update={"up_to": delegated or 0})
            yield part.model_copy(update={"goal": errand.goal, "consent": consent})
        current = part


def scenario_of(suite: Suite, episode: Episode) -> Scenario:
    """The scenario that an episode runs.

    Raises:
        EpisodeOver: it is none of the suite's.
    """
    for scenario in suite.scenarios:
        if episode.episode_id.startswith(opaque_scenario(scenario.id)):
            # Its words may be other than the scenario's: they are made anew.
            return next((part for part in _errands(scenario) if part.words == episode.instruction), scenario)
    raise EpisodeOver("the errand is none of this suite")
