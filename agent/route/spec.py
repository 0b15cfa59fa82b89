"""Specs of routers: ``route:failover(a,b)``, and lists of specs in which a comma may stand inside parentheses."""

from __future__ import annotations

from mock_services.errors import UsageError

PREFIX = "route:"


def split_specs(text: str) -> list[str]:
    """The specs of a list joined by commas; those inside parentheses belong to their router.

    Raises:
        UsageError: the parentheses do not match.
    """
    parts, depth, start = [], 0, 0
    for i, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
        if sign == "," and not depth:
            parts.append(text[start:i])
            start = i + 1
    if depth:
        raise UsageError(f"the parentheses of {text!r} do not match", fix="e.g. route:failover(sim:hasty,rules)")
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def read_route(spec: str) -> tuple[str, list[str]]:
    """Policy and arguments of a router's spec.

    Raises:
        UsageError: it is no such spec.
    """
    policy, bracket, rest = spec.removeprefix(PREFIX).partition("(")
    if bracket and not rest.endswith(")"):
        raise UsageError(f"the parentheses of {spec!r} do not match", fix="e.g. route:failover(sim:hasty,rules)")
    return policy, split_specs(rest.removesuffix(")"))
