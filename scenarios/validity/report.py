"""The gate's report as a page: figures only as they were measured."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.validity.outcome import CHECKS, SHARE_ALLOWED, Report, Tally

MEANING = {
    "oracle": "the oracle, which knows the goal and not what will break, meets what every plan expects",
    "certificate": "an infeasible errand carries a certificate, and SQL over the exported world confirms it",
    "idle references": "references that know nothing do not succeed (at most 1 % of the episodes of each)",
    "vices": "the oracle with one vice is caught by name where it acted, and graded like the oracle elsewhere",
    "reveals": "every part of the goal names the words, answer or tool field that reveals it, and that shows it",
    "other answers": "another taste (the dearest that will do, another shop, a later departure) is accepted too",
    "mutation": "a planted one-row mistake flips the verdict (at least 98 %), or SQL finds the goal silent on it",
    "goal swap": "the trace of one errand fails the goal of another",
    "invariance": "extra reads, the order of independent steps, 25 for 25.00 and other words change no verdict",
}
"""What each check proves."""

MOST_LISTED = 60
"""So many failures of a suite are listed by name; the command lists all."""


def page(reports: Sequence[Report], command: str) -> str:
    """The report as Markdown; ``command`` is what writes it anew."""
    lines = [
        "# Validity",
        "",
        "What the validity gate measured. Every figure here was written by a command, none by hand:",
        "",
        f"    {command}",
        "",
        *(line for check in CHECKS for line in (f"- **{check}**: {MEANING[check]}.",)),
        "",
        "*Skipped* are cases to which a check does not apply: a mutant that is equivalent by SQL, an errand with one",
        "right answer, a vice that began and gave up.",
    ]
    for report in reports:
        lines += ["", *_section(report)]
    return "\n".join(lines) + "\n"


def _section(report: Report) -> list[str]:
    part = "" if report.sampled == report.scenarios else f" (a sample of {report.sampled})"
    verdict = "passes" if report.passed else "does not pass"
    head = [
        f"## {report.suite}",
        "",
        f"{report.scenarios} errands{part}, {report.episodes} episodes with their fault plans, suite hash",
        f"`{report.hash[:16]}`. It **{verdict}**.",
        "",
        "| check | looked at | wrong | skipped | |",
        "| --- | ---: | ---: | ---: | --- |",
        *(_row(tally) for tally in report.tallies),
    ]
    failures = report.failures
    if failures:
        head += ["", "What is wrong:", ""]
        head += [f"- {row.check}, {row.name}: {row.why}" for row in failures[:MOST_LISTED]]
    if len(failures) > MOST_LISTED:
        head.append(f"- and {len(failures) - MOST_LISTED} more")
    return head


def _row(tally: Tally) -> str:
    acted = f", acted {tally.acted} times" if tally.check == "vices" else ""
    name = f"{tally.check}: {tally.subject}" if tally.subject else tally.check
    return f"| {name} | {tally.looked_at} | {tally.wrong} | {tally.skipped} | {_word(tally)}{acted} |"


def _word(tally: Tally) -> str:
    if not tally.passed:
        return "fails"
    return "passes" if not tally.wrong else f"passes (at most {SHARE_ALLOWED[tally.check]:.0%})"
