"""Addresses of one case, as in `table`."""

from collections.abc import Callable
from typing import Any

from tests.integration.access.table import CASES, CONTACT, PLANS, TRIAGES, WORKS, CaseDoor


def _case(part: str) -> Callable[[Any, Any], str]:
    return lambda w, c: f"/console/cases/{c.number}/{part}"


CASE_DOORS: dict[str, CaseDoor] = {
    "console_case": CaseDoor(_case("")),
    "api_case": CaseDoor(lambda w, c: f"/api/v1/cases/{c.number}"),
    "console_photo": CaseDoor(
        lambda w, c: f"/console/cases/{c.number}/photos/{c.photos.get().pk}.jpg"
    ),
    "console_paper": CaseDoor(_case("case.pdf")),
    "console_looked": CaseDoor(_case("looked/"), TRIAGES | WORKS, "post", {"version": 1}),
    "console_compare": CaseDoor(
        lambda w, c: f"/console/cases/{c.number}/compare/{w.like(c).number}/"
    ),
    "console_move": CaseDoor(_case("move/"), CASES, "post", {"move": "x", "version": 1}),
    "console_contact": CaseDoor(_case("contact/"), CONTACT, "post", {"reason": "x"}),
    "console_place": CaseDoor(_case("place/"), TRIAGES | WORKS, "post", {"place": "x"}),
    "console_type": CaseDoor(
        _case("type/"), TRIAGES, "post", {"request_type": "cop", "version": 1}
    ),
    "console_urgency": CaseDoor(
        _case("urgency/"), TRIAGES, "post", {"urgency": "HIGH", "version": 1}
    ),
    "console_release": CaseDoor(_case("release/"), TRIAGES, "post", {"version": 1}),
    "console_give": CaseDoor(_case("crew/"), PLANS, "post", {"version": 1}),
    "console_party": CaseDoor(_case("party/"), PLANS, "post", {"party": "x", "version": 1}),
    "console_party_withdraw": CaseDoor(
        lambda w, c: f"/console/cases/{c.number}/party/{w.link(c)}/withdraw/", PLANS, "post"
    ),
    "work_plan": CaseDoor(
        lambda w, c: "/console/work/plan/", PLANS, "post",
        lambda w, c: {"case": f"{c.number}:{c.version}", "crew": w.crew_of(c), "day": "2026-12-01"},
    ),
    "work_move": CaseDoor(
        lambda w, c: f"/console/work/orders/{w.order(c)}/", PLANS, "post",
        lambda w, c: {"version": 1, "cancel": "1", "note": "x"},
    ),
    "work_reorder": CaseDoor(
        lambda w, c: "/console/work/order/", PLANS, "post",
        lambda w, c: {"crew": w.crew_of(c), "day": "2026-12-01", "orders": str(w.order(c))},
    ),
    "api_work_deed": CaseDoor(
        lambda w, c: f"/api/v1/work-orders/{w.order(c)}/start", frozenset({"crew"}) | PLANS,
        "post", {"version": 1},
    ),
}  # fmt: skip
# What the reporter's and the outside party's secret links open is theirs, whoever follows them.
LINKS: dict[str, Callable[[Any, Any], str]] = {
    "tracking": lambda w, c: f"/t/{c.token}/",
    "following": lambda w, c: f"/f/{w.follower(c)}/",
    "survey": lambda w, c: f"/s/{w.survey(c)}/",
    "unsubscribe": lambda w, c: f"/u/{w.unsubscribe}/",
    "tracking_photo": lambda w, c: f"/t/{c.token}/photos/{c.photos.get().pk}.jpg",
    "tracking_move": lambda w, c: f"/t/{c.token}/answer/",
    "external": lambda w, c: f"/ext/{w.party(c)}/",
    "external_photo": lambda w, c: f"/ext/{w.party(c)}/photos/{c.photos.get().pk}.jpg",
}
