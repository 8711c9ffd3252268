"""Addresses of planned works, as in `table`."""

from tests.integration.access.table import ADMIN, ALL, NOBODY, Door

PLANS_WORKS = ADMIN | {"planner", "works_office"}
PERMITS_WORKS = ADMIN | {"works_office"}
WORKS_DOORS: dict[str, Door | tuple[Door, ...]] = {
    "planned_works": Door(ALL, "/works/"),
    "planned_works_calendar": Door(ALL, "/works/calendar/?month=2026-11"),
    "planned_works_export": tuple(
        Door(ALL, f"/works/works.{form}") for form in ("csv", "geojson", "ics")
    ),
    "planned_work": (
        Door(ALL, lambda w: f"/works/{w.work('PERMITTED')}/"),
        Door(PLANS_WORKS, lambda w: f"/works/{w.work('SUBMITTED')}/"),
        # A draft is its owner's.
        Door(ADMIN | {"planner"}, lambda w: f"/works/{w.work('DRAFT')}/"),
    ),
    "street_follow_new": Door(ALL, lambda w: f"/works/follow/?street={w.street}"),
    "street_follow": Door(NOBODY, "/works/follow/no-such-token/"),
    "planned_work_new": Door(PLANS_WORKS, "/console/works/new/"),
    "planned_work_check": Door(PLANS_WORKS, "/console/works/check/", "post"),
    "planned_work_edit": Door(
        ADMIN | {"planner"}, lambda w: f"/console/works/{w.work('SUBMITTED')}/edit/"
    ),
    "planned_work_move": Door(
        PLANS_WORKS, lambda w: f"/console/works/{w.work('SUBMITTED')}/move/", "post", {"move": "x"}
    ),
    "moratoria": Door(PERMITS_WORKS, "/console/works/surfaces/"),
    "api_works": (Door(ALL, "/api/v1/works"), Door(PLANS_WORKS, "/api/v1/works", "post", {})),
    "api_works_check": Door(PLANS_WORKS, "/api/v1/works/check", "post", {}),
    "api_work": (
        Door(ALL, lambda w: f"/api/v1/works/{w.work('PERMITTED')}"),
        Door(PLANS_WORKS, lambda w: f"/api/v1/works/{w.work('SUBMITTED')}"),
    ),
    "api_work_move": Door(
        PLANS_WORKS, lambda w: f"/api/v1/works/{w.work('SUBMITTED')}/move", "post", {}
    ),
    "api_work_conflicts": Door(
        PLANS_WORKS, lambda w: f"/api/v1/works/{w.work('PERMITTED')}/conflicts"
    ),
}  # fmt: skip
