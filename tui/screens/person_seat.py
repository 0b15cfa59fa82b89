"""The person's seat: a phone, what the agent asks, and one's own answers, while the errand goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Button, Footer, Input, Static

from mock_services.errors import BanshiError
from scenarios.runs.story import Narrator
from tui.phone import AGENT as THE_AGENT
from tui.phone import Bubble, bubbles, in_character, offered
from tui.playback import Step
from tui.screens.seat import SeatScreen
from tui.screens.verdict import head
from tui.text import literal
from tui.widgets.phone import Phone
from tui.widgets.rows import RowList
from tui.widgets.steps import EventList

if TYPE_CHECKING:
    from scenarios.session.seat import Question, Reply
    from scenarios.session.session import Session


class PersonSeatScreen(SeatScreen):
    """You are the person."""

    HUMAN_ACTS = False
    CSS = """
    PersonSeatScreen #both { height: 1fr; }
    PersonSeatScreen #happened { display: none; width: 1fr; }
    PersonSeatScreen #phone { width: 1fr; }
    PersonSeatScreen.-events #happened { display: block; }
    PersonSeatScreen.-events #phone { display: none; }
    .-wide PersonSeatScreen #happened, PersonSeatScreen.-wide #happened { display: block; border-left: solid $panel; }
    PersonSeatScreen.-wide #phone { display: block; }
    PersonSeatScreen.-wide #both { layout: horizontal; }
    PersonSeatScreen #ask { height: auto; max-height: 60%; border-top: solid $primary; padding: 0 1; }
    PersonSeatScreen #asked { height: auto; max-height: 7; overflow-y: auto; }
    PersonSeatScreen #wrong { height: auto; color: $text-error; }
    PersonSeatScreen #ask > Input { height: 1; border: none; padding: 0 1; background: $boost; }
    PersonSeatScreen #ask > Horizontal { height: 1; margin-top: 1; }
    PersonSeatScreen Button { margin-right: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "other", "Phone/events", key_display="^o"),
        Binding("ctrl+t", "in_character", "In character", key_display="^t"),
    ]
    help_text = (
        "You are the person whose errand this is. What the agent asks is answered below: a line with Enter, an offer "
        "by one that begins with yes or no, or by the buttons. To change your mind, say no and what you want instead: "
        "what is typed goes with the button. An empty line says what the simulated person would say."
    )

    def compose(self) -> ComposeResult:
        yield Static(literal(f"the person's seat · {self._called}"), id="title", markup=False)
        with Container(id="both"):
            yield Phone(id="phone")
            yield EventList(id="happened", help_text="All that happens, also what the person does not see.")
        with Vertical(id="ask"):
            yield Static(Text("the agent is at work …", style="dim"), id="asked", markup=False)
            yield Static("", id="wrong", markup=False)
            yield Input(id="reply", compact=True, select_on_focus=False)
            with Horizontal():
                yield Button("Yes", id="yes", variant="success", compact=True)
                yield Button("No, or something else", id="no", variant="error", compact=True)
                yield Button("In character", id="like", compact=True)
                yield Button("Step through it", id="back", variant="primary", compact=True)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Go on from where it was left."""
        self._steps: list[Step] = []
        self._narrator: Narrator | None = None
        self._question: Question | None = None
        self._offer_answer(None)
        super().on_mount()

    # --- what happens ----------------------------------------------------------------------------------------

    def on_seat_screen_ticked(self, event: SeatScreen.Ticked) -> None:
        """One more line of what happens."""
        if self._session is None:
            return
        self._narrator = self._narrator or Narrator(self._session.scenario.offset_min)
        lines = tuple(self._narrator.lines_of(event.event))
        if lines:
            self._steps.append(Step(event.event, lines[0].clock, lines[0].role, lines[0].text, lines))
            self._list().show(self._steps, len(self._steps) - 1)

    async def on_seat_screen_stood(self, event: SeatScreen.Stood) -> None:
        """It is your turn, or it is over."""
        self._busy = False
        session, playback = event.session, event.playback
        title = f"the person's seat · {self._called} · {session.scenario.id} · you are {session.scenario.person.name}"
        self.query_one("#title", Static).update(literal(title))
        shown = bubbles(playback)
        question = session.question
        if question is not None and question.text:
            clock = playback.steps[-1].clock if playback.steps else ""
            shown.append(Bubble(THE_AGENT, clock, (question.text,)))
        await self.query_one(Phone).show(shown)
        self._steps = [step for step in playback.steps if step.lines]
        self._list().show(self._steps, len(self._steps) - 1)
        if session.result is not None:
            self._end(session)
        else:
            self._offer_answer(question)

    def on_seat_screen_failed(self, event: SeatScreen.Failed) -> None:
        """Say why; what was kept is kept."""
        self._busy = False
        self._offer_answer(None)
        self.query_one("#asked", Static).update(literal(event.text, "red"))

    def _end(self, session: Session) -> None:
        assert session.result is not None
        self._ended = True
        self._offer_answer(None)
        told = head(session.result).append("\n").append_text(literal(f"recorded as {session.run}", "dim not bold"))
        self.query_one("#asked", Static).update(told)
        back = self.query_one("#back", Button)
        back.display = True
        back.focus()

    # --- answering -------------------------------------------------------------------------------------------

    def _offer_answer(self, question: Question | None) -> None:
        self._question = question
        reply = self.query_one("#reply", Input)
        reply.value = ""
        reply.display = question is not None
        asks = question is not None and question.kind == "ask"
        self.query_one("#yes").display = self.query_one("#no").display = question is not None and not asks
        self.query_one("#like").display = question is not None
        self.query_one("#back").display = False
        self._wrong("")
        if question is None:
            self.query_one("#asked", Static).update(Text("the agent is at work …", style="dim"))
            return
        self.query_one("#asked", Static).update(_asked(question))
        reply.placeholder = "your answer" if asks else "yes … or no …, or words for the buttons"
        reply.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Say what was typed; nothing typed says what the person would."""
        event.stop()
        if self._question is None:
            return
        from scenarios.session.seat import read_reply

        try:
            self._answer(read_reply(self._question, event.value))
        except BanshiError as error:
            self._wrong(str(error))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Yes, no, in character; or look back."""
        event.stop()
        if event.button.id == "back":
            self.look_back()
        elif event.button.id == "like":
            self.action_in_character()
        else:
            self._decide("approved" if event.button.id == "yes" else "refused")

    def action_in_character(self) -> None:
        """Say what the simulated person would say."""
        if self._question is not None:
            self._answer(self._question.like)

    def _decide(self, says: str) -> None:
        if self._question is None:
            return
        from scenarios.session.seat import Reply

        words = " ".join(self.query_one("#reply", Input).value.split())[:1000]
        self._answer(Reply(says, words or (self._question.like.text if says == self._question.like.says else "")))

    def _answer(self, reply: Reply) -> None:
        if self._busy:
            return
        self._offer_answer(None)

        def answer(session: Session) -> None:
            session.answer(reply)
            session.proceed(self.tell)

        self.go(answer)

    def action_other(self) -> None:
        """From the phone to the events, and back."""
        self.toggle_class("-events")

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Look at a step, once it is over."""
        event.stop()
        if self._ended and self._steps:
            self.look_back(self._steps[event.index].event.seq)

    def _wrong(self, text: str) -> None:
        wrong = self.query_one("#wrong", Static)
        wrong.update(literal(text))
        wrong.display = bool(text)

    def _list(self) -> EventList:
        return self.query_one("#happened", EventList)


def _asked(question: Question) -> Text:
    kinds = {"ask": "the agent asks", "confirm": "the agent wants to do this", "mandate": "a permission is asked for"}
    text = Text(kinds[question.kind], style="bold")
    if question.topic:
        text.append_text(literal(f" ({question.topic})", "dim not bold"))
    lines = list(offered(question)) or ([question.text] if question.text else [])
    for line in lines:
        text.append("\n  ", style="not bold").append_text(literal(line, "not bold"))
    return text.append("\n").append_text(literal(f"in character: {in_character(question)}", "dim not bold italic"))
