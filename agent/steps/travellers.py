"""Who travels: the person, and those they saved."""

from __future__ import annotations

from agent.desk import NoWay
from agent.steps.base import Work
from agent.words import fold


def travellers(count: int, work: Work, who: tuple[str, ...] = ()) -> list[str]:
    """Ids of as many travellers, the person first; where they are named, just those.

    Args:
        count: How many travel.
        who: How they are called: ``self`` for the person, or words with the names of travellers they saved.
        work: The errand.

    Raises:
        NoWay: fewer are known than travel, or one is not known by that name.
    """
    if count <= 1 and who in ((), ("self",)):
        return ["self"]
    known = work.desk.call("fliggy_traveller_list", {}, need=("travellers",))["travellers"]
    if who:
        named = [
            t["traveller_id"]
            for said in who
            for t in known
            if (said == "self" and t["traveller_id"] == "self")
            or (said != "self" and t["traveller_id"] != "self" and fold(t["name"]) in fold(said))
        ]
        if len(named) < count:
            raise NoWay("needs_person", ", ".join(who))
        return named[:count]
    ids = [t["traveller_id"] for t in known]
    ids.sort(key=lambda t: t != "self")
    if len(ids) < count:
        raise NoWay("needs_person", f"{count - len(ids)} travellers are not known")
    return ids[:count]
