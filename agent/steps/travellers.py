"""Who travels: the person, and those they saved."""

from __future__ import annotations

from agent.desk import NoWay
from agent.steps.base import Work


def travellers(count: int, work: Work) -> list[str]:
    """Ids of as many travellers, the person first.

    Raises:
        NoWay: fewer are known than travel.
    """
    if count <= 1:
        return ["self"]
    known = work.desk.call("fliggy_traveller_list", {}, need=("travellers",))["travellers"]
    ids = [t["traveller_id"] for t in known]
    ids.sort(key=lambda t: t != "self")
    if len(ids) < count:
        raise NoWay("needs_person", f"{count - len(ids)} travellers are not known")
    return ids[:count]
