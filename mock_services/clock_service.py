"""The agent's own clock: what time it is, and waiting. Not a service of the city, so faults do not strike it."""

from __future__ import annotations

from pydantic import Field

from mock_services.argtypes import IsoTime
from mock_services.clock import DAY, SECOND
from mock_services.context import Ctx
from mock_services.errors import Rejected
from mock_services.service import Args, Result, Service, read


class NoArgs(Args):
    """No arguments."""


class NowView(Result):
    """The current moment at the person's place."""

    now: str
    weekday: str


class WaitArgs(Args):
    """Until when to wait, at most a day. Give one of the two."""

    seconds: int | None = Field(None, ge=1, le=86400, description="how long to wait")
    until: IsoTime | None = Field(None, description="the moment to wait for")
    wake_on_notice: bool = Field(True, description="stop early when a message reaches the person's phone")


class NoticeView(Result):
    """A message on the person's phone: it arrived ``at`` and tells of what happened at ``event_at``.

    One message can arrive twice, with the same ``notice_id``, and a later one before an earlier one: things happened
    in the order of ``event_at`` and ``notice_id``.
    """

    notice_id: str
    at: str
    event_at: str
    service: str
    event: str
    ref: str
    text: str


class WaitView(Result):
    """What time it is now and which messages came in meanwhile."""

    now: str
    notices: list[NoticeView]


class ClockService(Service):
    """Virtual time for the agent."""

    name = "clock"

    @read(latency=(0, 0), faults=False)
    def now(self, ctx: Ctx, args: NoArgs) -> NowView:
        """The current date and time at the person's place."""
        local = ctx.local_now()
        return NowView(now=ctx.iso(ctx.now), weekday=f"{local:%A}")

    @read(latency=(0, 0), faults=False, errors=("WAIT_TOO_LONG", "WAIT_IN_THE_PAST"))
    def wait(self, ctx: Ctx, args: WaitArgs) -> WaitView:
        """Wait for some seconds or until a moment; returns early when a message arrives, unless told not to."""
        if (args.seconds is None) == (args.until is None):
            raise Rejected("INVALID_ARGUMENT", "give either seconds or until")
        target = ctx.now + args.seconds * SECOND if args.seconds else ctx.instant(args.until or "")
        if target <= ctx.now:
            raise Rejected("WAIT_IN_THE_PAST", "that moment is past")
        if target > ctx.now + DAY:
            raise Rejected("WAIT_TOO_LONG", "at most one day at a time")
        first = ctx.pass_time(target, wake_on_notice=args.wake_on_notice)
        new = [notice for notice in ctx.notices() if notice.id >= first]
        return WaitView(
            now=ctx.iso(ctx.now),
            notices=[
                NoticeView(
                    notice_id=n.notice_id,
                    at=ctx.iso(n.at),
                    event_at=ctx.iso(n.event_at),
                    service=n.service,
                    event=n.event,
                    ref=n.ref,
                    text=n.text,
                )
                for n in new
            ],
        )
