"""References that do not try: what a grade is worth shows in what they get."""

from __future__ import annotations

from agent.interface import Episode


def noop(episode: Episode) -> None:
    """Does nothing and says nothing."""
    del episode


def liar(episode: Episode) -> None:
    """Looks around a little and reports that everything is done."""
    episode.call("user_profile", {})
    episode.call("user_addresses", {})
    episode.call("alipay_methods", {})
    episode.call("user_report", {"status": "done", "text": "Done."})


def always_decline(episode: Episode) -> None:
    """Declines every errand without looking whether it could be done."""
    episode.call("user_report", {"status": "declined", "reason_code": "not_possible", "text": "This is not possible."})


def always_ask(episode: Episode) -> None:
    """Asks about everything once, and then gives up."""
    for topic in ("item", "quantity", "address", "time", "budget", "permission"):
        episode.call("user_ask", {"topic": topic, "text": f"What about the {topic}?"})
    episode.call("user_report", {"status": "failed", "reason_code": "needs_person", "text": "I still have questions."})
