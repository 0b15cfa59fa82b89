"""The executors: one for each kind of goal."""

from __future__ import annotations

from typing import Any

from agent.steps.aftercare import CancelStep, DisputeStep, GiveBackStep
from agent.steps.buy import BuyStep
from agent.steps.mandates import MandateStep
from agent.steps.payments import BillStep, CollectStep, TransferStep
from agent.steps.readdress import ReaddressStep
from agent.steps.reschedule import RescheduleStep
from agent.steps.ride import RideStep
from agent.steps.stay import StayStep
from agent.steps.tell import TellStep
from agent.steps.trip import TripStep
from agent.steps.visit import VisitStep
from agent.task import (
    AnyGoal,
    Bill,
    Buy,
    Cancel,
    Collect,
    Dispute,
    GiveBack,
    Mandate,
    Readdress,
    Reschedule,
    Ride,
    Stay,
    Tell,
    Transfer,
    Trip,
    Visit,
)

_EXECUTORS: dict[type[AnyGoal], tuple[str, Any]] = {
    Buy: ("buy", BuyStep()),
    Trip: ("trip", TripStep()),
    Stay: ("stay", StayStep()),
    Ride: ("ride", RideStep()),
    Visit: ("visit", VisitStep()),
    Bill: ("bill", BillStep()),
    Transfer: ("transfer", TransferStep()),
    Collect: ("collect", CollectStep()),
    GiveBack: ("give_back", GiveBackStep()),
    Dispute: ("dispute", DisputeStep()),
    Cancel: ("cancel", CancelStep()),
    Readdress: ("readdress", ReaddressStep()),
    Reschedule: ("reschedule", RescheduleStep()),
    Mandate: ("mandate", MandateStep()),
    Tell: ("tell", TellStep()),
}


def executor_for(goal: AnyGoal) -> tuple[str, Any]:
    """The kind of a goal and its executor. Executors have no state of their own."""
    return _EXECUTORS[type(goal)]
