"""person: where an interactive errand waits for its human. Nothing comes before the interrupt: it runs again from here.

Any node may find that the person has to say something, in a call that it makes. It is left as if it had not run, this
node waits, and it runs again from its first line, where what it had done already is not done again.
"""

from __future__ import annotations

from langgraph.types import interrupt

from agent.state import State


def person(state: State) -> State:
    """Wait for the answer, and go back to where the question came up. The answer is kept by the session."""
    interrupt(state["question"])
    return {"question": {}, "goto": state["back_to"]}
