"""The person: profile, address book, contacts, calendar, and the only channel to them."""

from mock_services.user.service import User

__all__ = ["User"]
