"""What the stepper's money pane says about a step: balances, what is held, and the double entries."""

from __future__ import annotations

from rich.text import Text

from mock_services.money import format_yuan
from tui.holdings import Holding, Transaction
from tui.playback import Playback
from tui.text import literal
from tui.widgets.details import HEADING, cut


def money(playback: Playback, at: int) -> Text:
    """The person's balances after the step, what it moved beside them, and the postings that moved it."""
    holdings, posted = playback.money(at), playback.transactions(at)
    text = Text()
    if not holdings:
        text.append("no account of the person is known yet\n", style="dim")
    width = max((len(format_yuan(holding.after)) for holding in holdings), default=0)
    for own, heading in ((True, "accounts (yuan)"), (False, "\nheld for the person's orders")):
        group = [holding for holding in holdings if holding.own is own]
        if group:
            text.append(f"{heading}\n", style=HEADING)
        for holding in group:
            _holding(text, holding, width)
    if posted:
        text.append("\ndouble entries of this step\n", style=HEADING)
        for transaction in posted:
            _transaction(text, transaction)
    return text


def _holding(text: Text, holding: Holding, width: int) -> None:
    text.append(f"{format_yuan(holding.after):>{width}}  ", style="bold")
    text.append_text(literal(cut(holding.title)))
    moved = holding.after - holding.before
    if moved:
        text.append(f"  {_signed(moved)}", style="green" if moved > 0 else "red")
    text.append("\n")


def _transaction(text: Text, transaction: Transaction) -> None:
    whole = transaction.sum_fen == 0
    text.append_text(literal(cut(f"{transaction.id} {transaction.reason} {transaction.ref}  ")))
    told = "✓ adds up to 0.00" if whole else f"✗ adds up to {_signed(transaction.sum_fen)}, not to 0"
    text.append(f"{told}\n", style="dim" if whole else "bold red")
    for leg in transaction.legs:
        text.append(f"  {_signed(leg.fen):>12}  ", style="green" if leg.fen > 0 else "red")
        called = f" · {leg.title}" if leg.title else ""
        text.append_text(literal(cut(f"{leg.account}{called}"))).append("\n")


def _signed(fen: int) -> str:
    return f"{'+' if fen > 0 else '-' if fen < 0 else ''}{format_yuan(abs(fen))}"
