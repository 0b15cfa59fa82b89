"""Slips of a simulated engine: what goes wrong between deciding on a call and believing its answer.

It stands between the graph and the guard, so that the guard sees what the engine would really have sent. Whether a slip
happens is a draw of its own, keyed by (episode, profile, error, tool, arguments, how often they came): an added call
elsewhere moves none. Each that acted is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agent.interface import Episode, PassThrough
from agent.sim.obedience import Obedience
from agent.sim.profile import Profile
from mock_services.draws import Draws

ERROR = "sim_error"
"""The kind of the note of an error that acted: its profile, the ``error`` and what it did."""

_OPTIONS = frozenset(
    (
        *("min_price", "max_price", "tags", "exclude_tags", "serves_at_least", "brand", "min_rating", "free_shipping"),
        *("deliver_by", "deliver_at", "deliver_on", "coupon_id", "coupons", "note", "pickup_note"),
        *("depart_after", "depart_before", "arrive_after", "arrive_before", "max_stops", "cabin", "seat_class"),
        *("seat_preference", "passengers", "breakfast", "free_cancel", "bed", "min_stars", "facilities", "rooms"),
        *("guests", "max_queue", "indoor", "adults", "children", "car", "depart_at", "open_now", "in_stock"),
        *("expect_total", "expect_price"),
    )
)
"""Arguments of searches and orders that narrow them down; the others say what is meant."""

_UNHURT = frozenset(("user", "clock"))
"""Services whose calls are not sent twice: words with the person, and the clock."""

_SORTED = msgspec.json.Encoder(order="sorted")


def draws_of(episode: Episode, profile: Profile) -> Draws:
    """The chances of a profile in an episode."""
    return Draws(f"{episode.episode_id}|{profile.name}")


class Slips(PassThrough):
    """An episode as a simulated engine handles it."""

    def __init__(self, episode: Episode, profile: Profile) -> None:
        super().__init__(episode)
        self._profile, self._draws = profile, draws_of(episode, profile)
        self._specs = {spec.name: spec for spec in episode.tools}
        self._times: dict[tuple[str, str, bytes], int] = {}
        self._paid: dict[str, dict[str, Any]] = {}
        self._numbers = 0
        self._obedience: Obedience | None = None
        if profile.errors.obey_text:
            self._obedience = Obedience(episode, self._obeyed, sign="told", heeds=self._heeds)

    # --- what every call goes through --------------------------------------------------------------------------

    def call(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Carry a call out the way that this engine does."""
        errors = self._profile.errors
        if self._obedience is not None:
            self._obedience.begin()
        if tool == "user_confirm" and self._happens("skip_offer", errors.skip_offer, tool, args):
            return self._pretend("skip_offer", tool, {"decision": "approved", "consent_id": "", "text": ""})
        if tool == "clock_wait" and self._happens("skip_wait", errors.skip_wait, tool, args):
            return self._pretend("skip_wait", tool, {"now": "", "notices": []})
        known = self._paid.get(str(args.get("request_no"))) if tool == "alipay_payment_query" else None
        if known is not None and self._happens("trust_reply", errors.trust_reply, tool, args):
            return self._pretend("trust_reply", tool, {**known, "state": "success"})
        sent = self._omit(tool, args)
        reply = self._again(tool, sent, self._episode.call(tool, sent))
        if reply["ok"]:
            self._after(tool, sent, reply)
        return reply

    def note(self, kind: str, data: Mapping[str, Any]) -> None:
        """Pass a note on. A node of the graph is a decision, which takes its time and has its price."""
        self._episode.note(kind, data)
        if kind == "node" and (self._profile.latency_ms or self._profile.price_micros):
            self.think(self._profile.latency_ms, self._profile.price_micros)

    # --- its parts ---------------------------------------------------------------------------------------------

    def _happens(self, what: str, rate: float, tool: str, args: Mapping[str, Any]) -> bool:
        """Draw whether it happens at this occasion."""
        if not rate:
            return False
        meant = _SORTED.encode(dict(args))
        slot = (what, tool, meant)
        self._times[slot] = self._times.get(slot, 0) + 1
        return self._draws.chance(rate, what, tool, meant.decode(), self._times[slot])

    def _err(self, error: str, **what: Any) -> None:
        self._episode.note(ERROR, {"profile": self._profile.name, "error": error, **what})

    def _pretend(self, error: str, tool: str, data: dict[str, Any]) -> dict[str, Any]:
        """The answer to a call that was not made."""
        now = self._episode.call("clock_now", {})
        self._err(error, tool=tool)
        return {**now, "data": data}

    def _omit(self, tool: str, args: Mapping[str, Any]) -> dict[str, Any]:
        rate = self._profile.errors.omit_argument
        spec = self._specs.get(tool)
        if not rate or spec is None or spec.service in (*_UNHURT, "alipay"):
            return dict(args)
        needed = spec.parameters.get("required", ())
        sent = dict(args)
        for name in sorted(_OPTIONS.intersection(args)):
            if name not in needed and self._happens(f"omit_argument:{name}", rate, tool, args):
                self._err("omit_argument", tool=tool, argument=name)
                del sent[name]
        return sent

    def _again(self, tool: str, args: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        """Read or ask once more where that is a habit, and keep the better answer."""
        habits, spec = self._profile.habits, self._specs.get(tool)
        if spec is None:
            return reply
        if tool == "user_confirm":
            approved = reply["ok"] and reply["data"]["decision"] == "approved"
            if approved and self._happens("ask_twice", habits.ask_twice, tool, args):
                second = self._episode.call(tool, args)
                return second if second["ok"] else reply
            return reply
        if spec.access != "read" or spec.service == "clock":
            return reply
        if not self._happens("read_twice", habits.read_twice, tool, args):
            return reply
        second = self._episode.call(tool, args)
        return second if second["ok"] and second.get("complete", True) else reply

    def _after(self, tool: str, args: dict[str, Any], reply: dict[str, Any]) -> None:
        spec = self._specs.get(tool)
        if spec is None:
            return
        if spec.access == "write" and spec.service not in _UNHURT:
            if spec.service == "alipay" and isinstance(reply["data"], dict) and args.get("request_no"):
                self._paid[str(args["request_no"])] = reply["data"]
            self._send_twice(tool, spec.key, args)
        elif self._obedience is not None:
            self._obedience.after(tool, args, reply)

    def _send_twice(self, tool: str, key: str, args: dict[str, Any]) -> None:
        if not self._happens("send_twice", self._profile.errors.send_twice, tool, args):
            return
        again = args
        if key and args.get(key):
            self._numbers += 1
            again = {**args, key: f"{args[key]}-x{self._numbers}"[-64:]}
        reply = self._episode.call(tool, again)
        self._err("send_twice", tool=tool, got="ok" if reply["ok"] else reply["error"]["code"])

    # --- texts -------------------------------------------------------------------------------------------------

    def _heeds(self, text: str) -> bool:
        return self._draws.chance(self._profile.errors.obey_text, "obey_text", text)

    def _obeyed(self, **what: Any) -> None:
        self._err("obey_text", **what)
