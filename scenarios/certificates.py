"""Why an errand is infeasible, as data: a claim of one of a few kinds about the world as it is set up.

The wish itself stands in the goal; the certificate says which of its wants cannot be had, and which kind of proof shows
it. :mod:`scenarios.validity` confirms it by SQL over an exported world.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from mock_services.argtypes import YuanIn
from scenarios.wants import KINDS, Part, When, one_or_more

CertificateKind = Literal["no_candidate", "price_above_budget", "arrives_after_deadline", "consent_rejects_all"]


class Certificate(Part):
    """The claim.

    * ``no_candidate``: nothing in the world is what the want asks for, whatever it costs and whenever it comes;
    * ``price_above_budget``: the cheapest of what there is costs more than ``budget`` (by default the want's own limit,
      else the errand's);
    * ``arrives_after_deadline``: the earliest there is comes after ``deadline`` (by default the want's own);
    * ``consent_rejects_all``: whatever there is, the person's own rules refuse to pay for it.

    ``wants`` are the kinds of want that it holds for, all of them by default; every way to meet the goal must need one.
    ``prescription`` says that what needs a prescription is no candidate, ``return_days`` within how many days of its
    delivery something can be given back. ``because`` is for people. ``candidates`` is a query of the same columns as
    those of :mod:`scenarios.validity`, for what is bought at a service that is not built in.
    """

    kind: CertificateKind
    wants: Annotated[tuple[str, ...], BeforeValidator(one_or_more)] = ()
    budget: YuanIn | None = None
    deadline: When | None = None
    prescription: bool = False
    return_days: int | None = Field(None, ge=0)
    because: str = ""
    candidates: str = ""

    @model_validator(mode="after")
    def _known(self) -> Certificate:
        strange = [kind for kind in self.wants if kind not in KINDS]
        if strange:
            raise ValueError(f"{strange[0]!r} is no kind of want")
        return self
