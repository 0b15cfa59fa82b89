"""A step, or a verdict, as plain text for the clipboard. All of it is harmless."""

from __future__ import annotations

from mock_services.money import format_yuan
from scenarios.runs import why
from scenarios.runs.plaintext import plain
from tui.judged import judged, origins
from tui.playback import Playback
from tui.widgets import details, details_money

MOST = 60_000
"""Terminals take no more than some tens of thousands of characters; what is longer is cut, and that is told."""


def step(playback: Playback, at: int) -> str:
    """What the panes say of a step: the event with its data, the rows, and the money where it moved."""
    title = f"{plain(playback.result.id)} step {at + 1} of {len(playback)}, {playback.moment(at):%Y-%m-%d %H:%M:%S}"
    parts = [title, details.event(playback, at).plain, details.world(playback, at).plain]
    if playback.transactions(at):
        parts.append(details_money.money(playback, at).plain)
    return _bounded("\n\n".join(part.strip() for part in parts))


def verdict(playback: Playback) -> str:
    """The verdict with all of its findings, failed ones first."""
    judgement = playback.result.verdict
    lines = [f"{plain(playback.result.id)}: {judgement.outcome}, expected {judgement.expected}"]
    if judgement.label:
        lines.append(f"{plain(judgement.label)}: {why.LABELS.get(judgement.label, '')}".strip(": "))
    if judgement.harm_fen:
        lines.append(f"harm {format_yuan(judgement.harm_fen)}")
    for one in judged(playback):
        harm = f" (harm {format_yuan(one.finding.harm_fen)})" if one.finding.harm_fen else ""
        lines.append(f"{'✓' if one.ok else '✗'} step {one.at + 1}: {plain(one.told)}{harm}")
        if one.understood:
            lines.append(f"    the agent understood {plain(one.understood)}")
        if not one.ok and one.finding.check.startswith("invariant."):
            lines += [f"    {told}" for told in origins(playback, one.at)]
        if not one.ok:
            lines.append(f"    {one.place}: {playback.steps[one.at].text}")
    return _bounded("\n".join(lines))


def _bounded(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}\n… (cut here)"
