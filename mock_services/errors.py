"""Errors, by what the one who gets them does next.

BanshiError
├── UsageError            a person's mistake in a command or a file: mend it            (exit code 2)
├── InternalError         our own mistake: the episode counts as ``error``               (exit code 3)
└── ServiceError          what a tool answers with; never leaves the pipeline as an exception
    ├── Transient         the same call may succeed later: wait or retry
    ├── Unavailable       this thing is not to be had: choose another
    ├── NeedsPerson       only the person can decide or approve
    └── Rejected          the request is wrong or not allowed: change the request, or stop
"""

from __future__ import annotations


class BanshiError(Exception):
    """The root of every error that this project raises on purpose."""


class UsageError(BanshiError):
    """A person's mistake. ``where`` names the file, line, option or field; ``fix`` says what to do."""

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(": ".join(p for p in (where, what) if p) + (f" – {fix}" if fix else ""))


class InternalError(BanshiError):
    """A broken promise of our own code (an unbalanced posting, a handler that raised)."""


class ServiceError(BanshiError):
    """A typed refusal by a service.

    Args:
        code: Stable, upper snake case; each tool documents the codes that it raises.
        message: One plain sentence for people.
        retry_after: Seconds of virtual time after which a retry makes sense, if the service says so.
        hint: What would help, in one sentence.
    """

    retryable = False

    def __init__(self, code: str, message: str, *, hint: str = "", retry_after: int | None = None) -> None:
        self.code, self.message, self.hint, self.retry_after = code, message, hint, retry_after
        super().__init__(f"{code}: {message}")


class Transient(ServiceError):
    """The same call may succeed later."""

    retryable = True


class Unavailable(ServiceError):
    """Sold out, closed, expired, out of range: another item, shop, time or method may do."""


class NeedsPerson(ServiceError):
    """The person has to decide, approve or provide something first."""


class Rejected(ServiceError):
    """Unknown, not yours, not allowed in this state, or against the rules."""
