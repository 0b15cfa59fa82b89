"""A turn: what is to be otherwise from a step of an episode on, as people write it and as a manifest keeps it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec

from mock_services.errors import UsageError
from mock_services.faults import KINDS, Fault, check
from scenarios.mindfaults import MindFault
from scenarios.mindfaults import check as check_mind

if TYPE_CHECKING:
    from mock_services.registry import Registry

ENGINE = "engine"
"""The target of a fault that strikes the engine's next decision, not a service."""

ASKED = ("told", "unknown", "unclear", "annoyed", "gone")
"""How the person can answer a question; see :class:`mock_services.person.Answer`."""

OFFERED = ("approved", "refused", "unclear")
"""How the person can decide on an offer or a mandate; see :class:`mock_services.person.Decision`."""

_FAULT = re.compile(
    r"(?P<kind>[a-z_]+)@(?P<where>[A-Za-z0-9_-]+)(:(?P<phase>[a-z_]+))?(\?(?P<params>.*))?\Z", re.DOTALL
)
_WORDS = frozenset(("reason", "code", "outcome"))
"""Parameters of faults that are words; the others are whole numbers, or true and false."""

_SAID = re.compile(rf"(?P<says>{'|'.join(dict.fromkeys((*ASKED, *OFFERED)))})(\s*[:：]\s*(?P<text>.*))?\Z", re.DOTALL)


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the person says to the next question. ``says`` is one of :data:`ASKED` or :data:`OFFERED`; empty: what they
    mean is read off the text, as a human's is at the person's seat."""

    text: str = ""
    says: str = ""


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change, and where.

    ``at`` is how many events stay as they were. From there on: ``faults`` and ``mind_faults`` strike what comes next
    that they fit, each once and whatever its attempt, before what the plan still holds, of which nothing is left where
    ``unbroken`` is set;
    ``fallback`` is the policy and ``engine`` the mind; ``said`` is what the person says to the next question. What is
    empty stays as it was. ``llm`` are the options of an engine with a model: of ``engine``, or, over those that it had,
    of the original's.
    """

    at: int
    faults: tuple[Fault, ...] = ()
    mind_faults: tuple[MindFault, ...] = ()
    unbroken: bool = False
    fallback: str = ""
    engine: str = ""
    said: Said | None = None
    llm: dict[str, Any] = {}

    @property
    def told(self) -> str:
        """The change in one line, as it is typed: ``timeout@alipay_pay:lost_ack, fallback none``."""
        parts = ["no faults"] if self.unbroken else []
        parts += [_told(fault) for fault in self.faults]
        parts += [f"{fault.kind}@{ENGINE}" for fault in self.mind_faults]
        parts += [f"fallback {self.fallback}"] if self.fallback else []
        parts += [f"engine {self.engine}"] if self.engine else []
        if self.said is not None:
            parts.append(f"answer {': '.join(part for part in (self.said.says, self.said.text) if part)}")
        return ", ".join(parts) or "nothing"


def _told(fault: Fault) -> str:
    params = "&".join(f"{name}={value}" for name, value in fault.params.items())
    return f"{fault.kind}@{fault.tool or fault.service}:{fault.struck_phase}" + (f"?{params}" if params else "")


def read_fault(text: str, registry: Registry) -> Fault | MindFault:
    """A fault of the next call: ``KIND@TOOL``, ``KIND@SERVICE`` or ``KIND@engine``; then ``:PHASE``, ``?NAME=VALUE&…``.

    Raises:
        UsageError: it is none, or could not strike there; says which it could be.
    """
    found = _FAULT.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{text[:60]!r} is no fault", fix="KIND@TOOL or KIND@SERVICE, e.g. timeout@alipay_pay:lost_ack"
        )
    kind, where, phase = found["kind"], found["where"], found["phase"] or ""
    if where == ENGINE:
        if phase or found["params"]:
            raise UsageError("a fault of the engine has a kind alone", where=text, fix=f"{kind}@{ENGINE}")
        mind = MindFault(kind=kind)
        check_mind(mind)
        return mind
    params = _params(found["params"] or "", text)
    if where in registry.services:
        fault = Fault(kind=kind, service=where, phase=phase, params=params)
    elif where in registry.tools:
        fault = Fault(kind=kind, tool=where, phase=phase, params=params)
    else:
        near = get_close_matches(where, (*registry.services, *registry.tools), n=3, cutoff=0.5) or registry.services
        raise UsageError(f"there is no tool and no service {where!r}", fix=f"one of {', '.join(near)}, or {ENGINE}")
    check(fault, text)
    _can_strike(fault, registry)
    return fault


def _can_strike(fault: Fault, registry: Registry) -> None:
    """Refuse a fault that none of the tools that it names can meet."""
    kind = KINDS[fault.kind]
    named = [tool for tool in registry.tools.values() if fault.tool == tool.name or fault.service == tool.service]
    if not any(tool.faults for tool in named):
        raise UsageError(f"{fault.tool or fault.service} never breaks", fix="name another tool or service")
    if not any(tool.faults and kind.access in ("any", tool.access) for tool in named):
        raise UsageError(f"{fault.kind} strikes a {kind.access}, and {fault.tool or fault.service} is none")
    if fault.struck_phase == "world" and not any(
        fault.kind in registry.services[tool.service].disruptions for tool in named
    ):
        able = sorted(name for name, service in registry.services.items() if fault.kind in service.disruptions)
        raise UsageError(f"{named[0].service} knows no {fault.kind}", fix=f"{', '.join(able) or 'no service'} does")


def _params(text: str, where: str) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for part in filter(None, text.split("&")):
        name, sign, value = part.partition("=")
        if not sign or not name:
            raise UsageError(f"{part!r} sets nothing", where=where, fix="NAME=VALUE, joined by &")
        if name in _WORDS:
            params[name] = value
        elif value in ("true", "false"):
            params[name] = value == "true"
        elif value.isascii() and value.isdigit() and len(value) < 10:
            params[name] = int(value)
        else:
            raise UsageError(f"{value[:20]!r} is no number", where=where, fix=f"e.g. {name}=60")
    return params


def read_said(text: str) -> Said:
    """An answer: ``approved``, ``refused: too dear``, ``told: two of them``, or what the person says in free words.

    Raises:
        UsageError: nothing is said.
    """
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())[:1000]
    if not text:
        raise UsageError("the person says nothing", fix=f"one of {', '.join((*ASKED, *OFFERED))}, or their words")
    found = _SAID.fullmatch(text)
    return Said(found["text"] or "", found["says"]) if found else Said(text)
