"""The person's service: tools and fixtures. What they do is in the modules beside it."""

from __future__ import annotations

from mock_services.context import Ctx
from mock_services.service import Service, fixture, read, write
from mock_services.user import book, conflicts, payment, setup, speech
from mock_services.user import conflict_models as cm
from mock_services.user import fixture_args as fa
from mock_services.user import models as m
from mock_services.user.rows import TABLES


class User(Service):
    """The person's own data, and the only way to speak with them."""

    name = "user"
    tables = (*TABLES, payment.PAYMENT_PREFERENCES)

    # --- the person's own data -------------------------------------------------------------------------------

    @read(errors=("PROFILE_NOT_SET",))
    def profile(self, ctx: Ctx, args: m.NoArgs) -> m.ProfileView:
        """Who the person is, their language, and where they are now."""
        return book.profile(ctx)

    @read()
    def addresses(self, ctx: Ctx, args: m.NoArgs) -> m.AddressesView:
        """The person's address book: home, company and other places that things can be sent to."""
        found = book.addresses(ctx)
        return m.AddressesView(addresses=found, total=len(found))

    @write(errors=("CITY_UNKNOWN", "LOCATION_OUTSIDE_CITY"))
    def address_add(self, ctx: Ctx, args: m.AddressAddArgs) -> m.AddressView:
        """Add a new place, such as a hotel or a meeting room. Takes no request number: look before you retry."""
        return book.add_address(ctx, args)

    @read()
    def contacts(self, ctx: Ctx, args: m.ContactsArgs) -> m.ContactsView:
        """The person's contacts by name, nickname, relation (mother, colleague) or phone number."""
        return book.contacts(ctx, args)

    @read()
    def calendar(self, ctx: Ctx, args: m.CalendarArgs) -> m.CalendarView:
        """The person's calendar; the next seven days unless you say otherwise."""
        return book.calendar(ctx, args)

    @write(errors=("INVALID_TIME",))
    def calendar_add(self, ctx: Ctx, args: m.CalendarAddArgs) -> m.CalendarEntryView:
        """Add an entry to the calendar. Takes no request number: look before you retry."""
        row = book.add_entry(ctx, args.title, args.start, args.end, args.place, args.note, None)
        return book.entry_view(ctx, row)

    @read(errors=("INVALID_TIME", "ADDRESS_NOT_EXIST"))
    def calendar_conflicts(self, ctx: Ctx, args: cm.ConflictsArgs) -> cm.ConflictsView:
        """Where the calendar does not work out: entries at the same time, or too far apart to get from one to the next
        in time. With a plan it says what stands against it."""
        return conflicts.conflicts(ctx, args)

    @read()
    def payment_preferences(self, ctx: Ctx, args: payment.PaymentPreferencesArgs) -> payment.PaymentPreferencesView:
        """How the person likes to pay: with which method for what, what must never be charged, and from which amount
        they want to be asked."""
        return payment.preferences(ctx, args)

    @read()
    def preferences(self, ctx: Ctx, args: m.NoArgs) -> m.PreferencesView:
        """What the person usually wants (breakfast, seat, diet, budget …), in their own words."""
        return book.preferences(ctx)

    @read()
    def order_history(self, ctx: Ctx, args: m.OrderHistoryArgs) -> m.OrderHistoryView:
        """The person's orders and bills of all services, with lines, amount and state of payment."""
        return book.orders(ctx, args)

    @read()
    def notices(self, ctx: Ctx, args: m.NoticesArgs) -> m.NoticesView:
        """Messages that services pushed to the person's phone."""
        return book.notices(ctx, args)

    # --- speaking with the person ----------------------------------------------------------------------------

    @write(latency=(0, 0), faults=False)
    def ask(self, ctx: Ctx, args: m.AskArgs) -> m.AskView:
        """Ask the person what is missing and cannot be looked up. It takes their time and patience."""
        return speech.ask(ctx, args)

    @write(latency=(0, 0), faults=False, errors=("EMPTY_OFFER", "TOTAL_MISMATCH"))
    def confirm(self, ctx: Ctx, args: m.ConfirmArgs) -> m.ConfirmView:
        """Show the person exactly what would be charged or done, and get their decision."""
        return speech.confirm(ctx, args)

    @write(latency=(0, 0), faults=False)
    def report(self, ctx: Ctx, args: m.ReportArgs) -> m.ReportView:
        """Tell the person what became of the errand; if it is told twice, the last report counts."""
        return speech.report(ctx, args)

    # --- set-up ----------------------------------------------------------------------------------------------

    @fixture(name="person")
    def set_person(self, ctx: Ctx, args: fa.PersonSetup) -> str:
        """Say who the person is and where they are. Comes before the other fixtures."""
        return setup.set_person(ctx, args)

    @fixture()
    def move(self, ctx: Ctx, args: fa.MoveSetup) -> str:
        """Let the person go somewhere else."""
        return setup.move(ctx, args)

    @fixture()
    def address(self, ctx: Ctx, args: fa.AddressSetup) -> str:
        """A place in the address book; returns its address_id."""
        return setup.add_address(ctx, args)

    @fixture()
    def contact(self, ctx: Ctx, args: fa.ContactSetup) -> str:
        """A contact; returns its contact_id."""
        return setup.add_contact(ctx, args)

    @fixture(name="calendar")
    def calendar_entry(self, ctx: Ctx, args: fa.CalendarSetup) -> str:
        """An entry of the calendar; returns its entry_id."""
        return setup.add_calendar(ctx, args)

    @fixture()
    def preference(self, ctx: Ctx, args: fa.PreferenceSetup) -> str:
        """What the person usually wants; the same key again replaces it."""
        return setup.set_preference(ctx, args)

    @fixture()
    def payment_preference(self, ctx: Ctx, args: payment.PaymentPreferenceSetup) -> str:
        """How the person likes to pay; the same category again replaces it."""
        return payment.set_preference(ctx, args)

    @fixture()
    def notice(self, ctx: Ctx, args: fa.NoticeSetup) -> None:
        """A message on the person's phone."""
        event_at = ctx.instant(args.event_at) if args.event_at else None
        ctx.notify(args.service, args.event, args.ref, args.text, event_at=event_at)
