"""Every address of the platform, and who gets in. The one list: a new address is added here first.

Getting in means any answer but "sign in", 401, 403 and 404; what is sent need not make sense.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.access.people import EVERYBODY

ALL = frozenset(EVERYBODY)
SIGNED = ALL - {"anonymous"}
ADMIN = frozenset({"administrator", "superuser"})
REGISTER = ADMIN | {"manager", "gis_editor"}
EDITS = ADMIN | {"gis_editor"}
AT_CLEANING = frozenset({"coordinator", "area", "drawn", "cleared"})
COORDINATES = AT_CLEANING | {"roads", "other_body"}
CASES = ADMIN | COORDINATES | {"agent", "crew", "manager", "type"}
OPENS = ADMIN | COORDINATES | {"agent", "head"}
PLANS = ADMIN | COORDINATES
WORKS = PLANS | {"crew"}
TRIAGES = PLANS | {"agent"}
CONTACT = TRIAGES
TABLES = REGISTER | OPENS | {"type"}  # a manager by any grant sees the register
FIELD = REGISTER | WORKS | {"type"}
NOBODY: frozenset[str] = frozenset()
NO_DATA = NOBODY  # for everybody, but the small city has nothing to put into the file
BRINGS_IN = ADMIN | {"manager"}  # figures of body a
COUNTS_ALL = ADMIN | {"agent", "manager"}  # to the public the few cases are too few to show
REGISTER = REGISTER | {"type"}

# Of which cases each of them sees: own department and area; another district's; another body's;
# a sensitive one of the own department and area.
SEES = {
    "own": ADMIN | AT_CLEANING | {"agent", "crew", "manager"},
    "other_area": ADMIN | {"agent", "crew", "manager", "coordinator", "cleared"},
    "other_body": ADMIN | {"agent", "other_body"},
    "sensitive": frozenset({"superuser", "cleared"}),
}


@dataclass(frozen=True)
class Door:
    """An address without a case in it. `path` may ask the world for what stands in it."""

    who: frozenset[str]
    path: str | Callable[[Any], str]
    method: str = "get"
    data: Any = None


@dataclass(frozen=True)
class CaseDoor:
    """An address of one case: `may` is what is needed besides seeing it."""

    path: Callable[[Any, Any], str]
    may: frozenset[str] = ALL
    method: str = "get"
    data: Any = None


DOORS: dict[str, Door | tuple[Door, ...]] = {
    "home": Door(ALL, "/"),
    "start": Door(ALL, "/start/"),
    "map": Door(ALL, "/map/"),
    "map_list": Door(ALL, "/map/list/"),
    "developers": Door(ALL, "/developers/"),
    "status": Door(ALL, "/status/"),
    "health": Door(ALL, "/health/"),
    "style": Door(ALL, "/maps/style/light.json"),
    "glyphs": Door(ALL, "/maps/glyphs/Noto Sans Bold/0-255.pbf"),
    "sprite": Door(ALL, "/maps/sprite@2x.png"),
    "tiles": Door(ALL, "/tiles/"),
    "tilejson": Door(ALL, "/tiles/cases.json"),
    "ogc": Door(ALL, "/ogc/"),
    "ogc_conformance": Door(ALL, "/ogc/conformance"),
    "ogc_api": Door(ALL, "/ogc/api"),
    "ogc_collections": Door(ALL, "/ogc/collections"),
    "ogc_collection": Door(ALL, "/ogc/collections/cases"),
    "ogc_items": (
        Door(ALL, "/ogc/collections/cases/items"),
        Door(ALL, "/ogc/collections/doors/items"),
        Door(REGISTER, "/ogc/collections/doors/items", "post", {}),
        Door(REGISTER, "/ogc/collections/quality/items"),
        Door(REGISTER, "/ogc/collections/neighbourhood_heads/items"),
    ),
    "ogc_item": (
        Door(ALL, lambda w: f"/ogc/collections/doors/items/{w.door.uid}"),
        Door(REGISTER, lambda w: f"/ogc/collections/doors/items/{w.door.uid}", "delete"),
        Door(REGISTER, lambda w: f"/ogc/collections/quality/items/{w.finding}"),
    ),
    "ogc_queryables": Door(REGISTER, "/ogc/collections/quality/queryables"),
    "ogc_sortables": Door(REGISTER, "/ogc/collections/quality/sortables"),
    "ogc_schema": (
        Door(ALL, "/ogc/collections/cases/schema"),
        Door(REGISTER, "/ogc/collections/quality/schema"),
    ),
    "ogc_tilesets": Door(ALL, "/ogc/collections/cases/tiles"),
    "ogc_tileset": Door(ALL, "/ogc/collections/cases/tiles/WebMercatorQuad"),
    "ogc_tile": Door(ALL, "/ogc/collections/cases/tiles/WebMercatorQuad/12/1554/2368"),
    "ogc_dataset_tilesets": Door(ALL, "/ogc/tiles"),
    "ogc_dataset_tileset": Door(ALL, "/ogc/tiles/WebMercatorQuad"),
    "ogc_dataset_tile": Door(ALL, "/ogc/tiles/WebMercatorQuad/12/1554/2368"),
    "ogc_matrix_sets": Door(ALL, "/ogc/tileMatrixSets"),
    "ogc_matrix_set": Door(ALL, "/ogc/tileMatrixSets/WebMercatorQuad"),
    "tile": Door(ALL, "/tiles/cases/12/2368/1554.mvt"),
    "report": (Door(ALL, "/report/"), Door(ALL, "/report/", "post")),
    "report_questions": Door(ALL, "/report/questions/"),
    "track": Door(ALL, "/track/"),
    "my_requests": (Door(ALL, "/mine/"), Door(ALL, "/mine/", "post", {"address": "x"})),
    "neighbourhood": Door(frozenset({"head"}) | ADMIN, "/neighbourhood/"),
    "crews": (
        Door(PLANS, "/console/crews/"),
        Door(
            ADMIN | {"other_body"},
            lambda w: f"/console/crews/?department={w.crews['b:temizlik'].department_id}",
        ),
        Door(
            ADMIN | {"other_body"},
            lambda w: f"/console/crews/?department={w.crews['b:temizlik'].department_id}",
            "post",
        ),
    ),
    "members": (
        Door(ADMIN | {"people"}, lambda w: f"/console/members/?organisation={w.body('a')}"),
        Door(ADMIN, lambda w: f"/console/members/?organisation={w.body('b')}"),
        Door(ADMIN, lambda w: f"/console/members/?organisation={w.body('b')}", "post"),
    ),
    "clients": (
        Door(ADMIN | {"people"}, lambda w: f"/console/clients/?organisation={w.body('a')}"),
        Door(ADMIN, lambda w: f"/console/clients/?organisation={w.body('b')}"),
        Door(ADMIN, lambda w: f"/console/clients/?organisation={w.body('b')}", "post"),
    ),
    "client": (
        Door(ADMIN | {"people"}, lambda w: f"/console/clients/{w.programs['a'].uid}/"),
        Door(ADMIN, lambda w: f"/console/clients/{w.programs['b'].uid}/"),
        Door(ADMIN, lambda w: f"/console/clients/{w.programs['b'].uid}/", "post", {"do": "issue"}),
    ),
    "webhooks_page": (
        Door(SIGNED, "/console/webhooks/"),
        Door(SIGNED, "/console/webhooks/", "post", {"url": "x"}),
    ),
    "webhook_page": (
        Door(NOBODY, lambda w: f"/console/webhooks/{w.subscription.uid}/"),
        Door(NOBODY, lambda w: f"/console/webhooks/{w.subscription.uid}/", "post", {"do": "pause"}),
    ),
    # Programs say who they are by their credentials, in a form of another kind: 400 to everybody here.
    "oauth_token": Door(ALL, "/oauth/token", "post"),
    "oauth_revoke": Door(ALL, "/oauth/revoke", "post"),
    "oauth_metadata": Door(ALL, "/.well-known/oauth-authorization-server"),
    "privacy": Door(ADMIN | {"privacy"}, "/console/privacy/"),
    "privacy_csv": Door(ADMIN | {"privacy"}, "/console/privacy/looks.csv"),
    "privacy_person": (
        Door(frozenset({"superuser", "privacy"}), "/console/privacy/person/"),
        Door(
            frozenset({"superuser", "privacy"}),
            "/console/privacy/person/",
            "post",
            {"phone": "5321112233", "reason": "x"},
        ),
    ),
    "console": Door(CASES, "/console/"),
    "console_csv": Door(CASES, "/console/cases.csv"),
    "console_xlsx": Door(CASES, "/console/cases.xlsx"),
    "console_geojson": Door(CASES, "/console/cases.geojson"),
    "console_points": Door(CASES, "/console/points.json"),
    "console_keep": Door(CASES, "/console/filters/", "post", {"name": "x"}),
    "console_forget": Door(NOBODY, lambda w: f"/console/filters/{w.saved}/remove/", "post"),
    "console_bulk_begin": Door(CASES, "/console/bulk/", "post", {"act": "x"}),
    "console_bulk": Door(NOBODY, lambda w: f"/console/bulk/{w.bulk}/"),
    "console_bulk_stop": Door(NOBODY, lambda w: f"/console/bulk/{w.bulk}/stop/", "post"),
    "console_new": (Door(OPENS, "/console/new/"), Door(OPENS, "/console/new/", "post")),
    "console_new_live": Door(OPENS, "/console/new/live/", "post", {"description": "çöp"}),
    "console_new_caller": Door(CONTACT, "/console/new/caller/", "post", {"phone": "05321112233"}),
    "console_changes": Door(SIGNED, "/console/changes/"),
    "work": Door(PLANS, "/console/work/"),
    "work_print": Door(PLANS, "/console/work/print/"),
    "work_tour": (
        Door(ADMIN | AT_CLEANING, lambda w: f"/console/work/tour.json?crew={w.crew('a:temizlik')}"),
        Door(
            ADMIN | {"other_body"}, lambda w: f"/console/work/tour.json?crew={w.crew('b:temizlik')}"
        ),
    ),
    "routing": Door(ADMIN, "/console/routing/"),
    "routing_new": Door(ADMIN, "/console/routing/rules/new/"),
    "routing_rule": Door(ADMIN, lambda w: f"/console/routing/rules/{w.rule}/"),
    "routing_act": Door(ADMIN, lambda w: f"/console/routing/rules/{w.rule}/act/", "post"),
    "routing_areas": Door(ADMIN, "/console/routing/areas/"),
    "routing_areas_geojson": Door(ADMIN, "/console/routing/areas.geojson"),
    "types": Door(ADMIN, "/console/types/"),
    "types_csv": Door(ADMIN, "/console/types/types.csv"),
    "types_table": Door(ADMIN, "/console/types/all.csv"),
    "types_import": (
        Door(ADMIN, "/console/types/import/"),
        Door(ADMIN, "/console/types/import/", "post"),
    ),
    "type_new": (Door(ADMIN, "/console/types/new/"), Door(ADMIN, "/console/types/new/", "post")),
    "type_preview": Door(ADMIN, "/console/types/preview/", "post", {"questions": ""}),
    "type": (Door(ADMIN, "/console/types/cop/"), Door(ADMIN, "/console/types/cop/", "post")),
    "type_act": Door(ADMIN, "/console/types/cop/act/", "post", {"do": "retire"}),
    "routing_corrections": Door(ADMIN, "/console/routing/corrections/"),
    "routing_reroute": Door(ADMIN, "/console/routing/reroute/", "post"),
    "routing_run": Door(ADMIN, lambda w: f"/console/routing/runs/{w.run}/"),
    "routing_cancel": Door(ADMIN, lambda w: f"/console/routing/runs/{w.run}/cancel/", "post"),
    "crew": Door(frozenset({"crew"}), "/crew/"),
    "api_work_day": Door(SIGNED, "/api/v1/work-orders"),
    "api_cases": (
        Door(CASES, "/api/v1/cases"),
        Door(ALL, "/api/v1/cases", "post", {}),
        Door(
            OPENS,
            "/api/v1/cases",
            "post",
            {
                "description": "çöp",
                "channel": "call_centre",
                "place_text": "Milli Kuvvetler Caddesi 7",
            },
        ),
    ),
    "api_request_types": Door(ALL, "/api/v1/request-types"),
    "login": Door(ALL, "/sign-in/?x"),
    "logout": Door(ALL, "/sign-out/", "post"),
    "set_language": Door(ALL, "/language/setlang/", "post", {"language": "en"}),
    "schema": Door(ALL, "/api/schema/"),
    "api_docs": Door(ALL, "/api/docs/"),
    # The register. Who sees it is answered; that only its editors and owners change anything there
    # is proved in tests/integration/addresses/test_editing_rights.py.
    "register_editor": Door(REGISTER, "/register/edit/"),
    "register_shown": Door(REGISTER, lambda w: f"/register/shown/doors/{w.door.pk}/"),
    "register_field": Door(FIELD, "/register/field/"),
    "register_field_worker": Door(ALL, "/register/field/worker.js"),
    "quality": Door(REGISTER, "/register/quality/"),
    "quality_csv": Door(REGISTER, "/register/quality/neighbourhoods.csv"),
    "quality_findings": Door(REGISTER, "/register/quality/findings/"),
    "quality_findings_csv": Door(REGISTER, "/register/quality/findings/findings.csv"),
    "quality_finding": Door(REGISTER, lambda w: f"/register/quality/findings/{w.finding}/"),
    "quality_act": Door(REGISTER, lambda w: f"/register/quality/findings/{w.finding}/act/", "post"),
    "register_home": Door(REGISTER, "/register/"),
    "register_changes": Door(REGISTER, "/register/changes/"),
    "register_changes_csv": Door(REGISTER, "/register/changes/changes.csv"),
    "register_change": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/"),
    "register_evidence": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/evidence"),
    "register_notes": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/notes/"),
    "register_notes_csv": Door(
        REGISTER, lambda w: f"/register/changes/{w.draft.pk}/notes/notes.csv"
    ),
    "register_described": Door(
        REGISTER, lambda w: f"/register/changes/{w.draft.pk}/described", "post"
    ),
    "register_found": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/found", "post"),
    "register_shapes": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/before.geojson"),
    "register_move": Door(REGISTER, lambda w: f"/register/changes/{w.draft.pk}/check", "post"),
    "register_requests": Door(REGISTER, "/register/requests/"),
    "register_request": Door(REGISTER, lambda w: f"/register/requests/{w.asked.pk}/"),
    "register_request_photo": Door(REGISTER, lambda w: f"/register/requests/{w.asked.pk}/photo"),
    "register_request_move": Door(
        REGISTER, lambda w: f"/register/requests/{w.asked.pk}/take", "post"
    ),
    "register_collections": Door(ALL, "/api/v1/register/"),
    "register_datamodel": Door(ALL, "/api/v1/register/datamodel"),
    "feed_latest": Door(ALL, "/api/v1/register/feed/latest"),
    "feed_transactions": Door(ALL, "/api/v1/register/feed/transactions"),
    "feed_events": Door(ALL, "/api/v1/register/feed/events"),
    "feed_checksums": Door(ALL, "/api/v1/register/feed/checksums"),
    "feed_subscriptions": (
        Door(SIGNED, "/api/v1/register/feed/subscriptions"),
        Door(SIGNED, "/api/v1/register/feed/subscriptions", "post", {}),
    ),
    "feed_subscription": Door(
        NOBODY, lambda w: f"/api/v1/register/feed/subscriptions/{w.subscription.pk}", "delete"
    ),
    "case_feed_latest": Door(CASES, "/api/v1/cases/feed/latest"),
    "case_feed_events": Door(CASES, "/api/v1/cases/feed/events"),
    # One's own, and somebody else's.
    "webhooks": (Door(SIGNED, "/api/v1/webhooks"), Door(SIGNED, "/api/v1/webhooks", "post", {})),
    "webhook": (
        Door(NOBODY, lambda w: f"/api/v1/webhooks/{w.subscription.uid}"),
        Door(NOBODY, lambda w: f"/api/v1/webhooks/{w.subscription.uid}", "patch", {}),
        Door(NOBODY, lambda w: f"/api/v1/webhooks/{w.subscription.uid}", "delete"),
    ),
    "webhook_secret": Door(
        NOBODY, lambda w: f"/api/v1/webhooks/{w.subscription.uid}/secret", "post", {}
    ),
    "webhook_replay": Door(
        NOBODY,
        lambda w: f"/api/v1/webhooks/{w.subscription.uid}/replay",
        "post",
        {"topic": "register", "after": 0},
    ),
    "webhook_deliveries": Door(
        NOBODY, lambda w: f"/api/v1/webhooks/{w.subscription.uid}/deliveries"
    ),
    "webhook_resend": Door(
        NOBODY,
        lambda w: f"/api/v1/webhooks/{w.subscription.uid}/deliveries/{w.delivery.uid}/resend",
        "post",
    ),
    "feed_extract": Door(ALL, "/api/v1/register/feed/extract"),
    "register_requests_api": (
        Door(SIGNED, "/api/v1/register/requests"),  # one's own
        Door(ALL, "/api/v1/register/requests", "post", {}),
    ),
    "register_request_api": Door(ALL, lambda w: f"/api/v1/register/requests/{w.asked.token}"),
    "drafts": (
        Door(REGISTER, "/api/v1/register/drafts"),
        Door(EDITS, "/api/v1/register/drafts", "post", {"kind": "EDIT", "title": "x"}),
    ),
    "draft": (
        Door(REGISTER, lambda w: f"/api/v1/register/drafts/{w.draft.uid}"),
        Door(ADMIN, lambda w: f"/api/v1/register/drafts/{w.draft.uid}", "patch", {"title": "y"}),
    ),
    "draft_evidence": Door(
        ADMIN, lambda w: f"/api/v1/register/drafts/{w.draft.uid}/evidence", "delete"
    ),
    "draft_changes": Door(
        ADMIN,
        lambda w: f"/api/v1/register/drafts/{w.draft.uid}/changes",
        "post",
        {"entity": "address", "operation": "CREATE", "values": {}},
    ),
    "draft_change": Door(
        ADMIN,
        lambda w: f"/api/v1/register/drafts/{w.draft.uid}/changes/address/{w.door.uid}",
        "delete",
    ),
    "draft_roll_back": Door(
        REGISTER, lambda w: f"/api/v1/register/drafts/{w.draft.uid}/roll-back", "post", {}
    ),
    "draft_operation": Door(
        REGISTER, lambda w: f"/api/v1/register/drafts/{w.draft.uid}/operations/merge", "post", {}
    ),
    "draft_move": Door(ADMIN, lambda w: f"/api/v1/register/drafts/{w.draft.uid}/check", "post", {}),
    "editing_record": Door(REGISTER, lambda w: f"/api/v1/register/records/{w.door.uid}"),
    "editing_forms": Door(REGISTER, "/api/v1/register/forms"),
    "editing_nearby": Door(REGISTER, "/api/v1/register/nearby?lon=27.9&lat=39.6"),
    "editing_find": Door(REGISTER, "/api/v1/register/find?q=a"),
    "editing_surroundings": Door(REGISTER, "/api/v1/register/surroundings?lon=27.9&lat=39.6"),
    "editing_topology": Door(REGISTER, "/api/v1/register/topology", "post", {}),
    "field_reports": Door(FIELD, "/api/v1/register/field/reports", "post", {}),
    "editing_numbering": Door(REGISTER, "/api/v1/register/numbering", "post", {}),
    "register_list": Door(ALL, "/api/v1/register/address"),
    "register_record": Door(ALL, lambda w: f"/api/v1/register/address/{w.door.uid}"),
    "register_history": Door(ALL, lambda w: f"/api/v1/register/address/{w.door.uid}/history"),
    "api_doors": Door(ALL, "/api/v1/doors"),
    # Finding places
    "compat_nominatim_search": Door(ALL, "/compat/nominatim/search?q=a"),
    "compat_nominatim_reverse": Door(ALL, "/compat/nominatim/reverse?lat=39.6&lon=27.9"),
    "compat_nominatim_status": Door(ALL, "/compat/nominatim/status"),
    "compat_photon_search": Door(ALL, "/compat/photon/api?q=a"),
    "compat_photon_structured": Door(ALL, "/compat/photon/structured?city=a"),
    "compat_photon_reverse": Door(ALL, "/compat/photon/reverse?lat=39.6&lon=27.9"),
    "compat_pelias_structured": Door(ALL, "/compat/pelias/v1/search/structured?address=a"),
    "compat_pelias_search": Door(ALL, "/compat/pelias/v1/search?text=a"),
    "compat_pelias_autocomplete": Door(ALL, "/compat/pelias/v1/autocomplete?text=a"),
    "compat_pelias_reverse": Door(ALL, "/compat/pelias/v1/reverse?point.lat=39.6&point.lon=27.9"),
    "compat_pelias_place": Door(ALL, "/compat/pelias/v1/place?ids=x"),
    "compat_ban_search": Door(ALL, "/compat/ban/search?q=abc"),
    "compat_ban_reverse": Door(ALL, "/compat/ban/reverse?lat=39.6&lon=27.9"),
    "compat_ban_search_csv": Door(ALL, "/compat/ban/search/csv", "post"),
    "compat_ban_reverse_csv": Door(ALL, "/compat/ban/reverse/csv", "post"),
    "geocode_batches_api": (
        Door(TABLES, "/api/v1/geocode/batches"),
        Door(TABLES, "/api/v1/geocode/batches", "post", {}),
    ),
    "geocode_batch_api": Door(NOBODY, lambda w: f"/api/v1/geocode/batches/{w.batch}"),
    "geocode_batch_api_cancel": Door(
        NOBODY, lambda w: f"/api/v1/geocode/batches/{w.batch}/cancel", "post"
    ),
    "geocode_batch_api_resume": Door(
        NOBODY, lambda w: f"/api/v1/geocode/batches/{w.batch}/resume", "post"
    ),
    "geocode_batch_api_result": Door(NOBODY, lambda w: f"/api/v1/geocode/batches/{w.batch}/result"),
    "geocode_batch_api_failures": Door(
        NOBODY, lambda w: f"/api/v1/geocode/batches/{w.batch}/failures"
    ),
    "geocode_batches": Door(TABLES, "/geocode/batch/"),
    "geocode_batch": Door(NOBODY, lambda w: f"/geocode/batch/{w.batch}/"),
    "geocode_batch_result": Door(NOBODY, lambda w: f"/geocode/batch/{w.batch}/result"),
    "geocode_batch_move": Door(NOBODY, lambda w: f"/geocode/batch/{w.batch}/cancel", "post"),
    "geocode_search_csv": Door(ALL, "/geocode/search/csv", "post"),
    "geocode_reverse_csv": Door(ALL, "/geocode/reverse/csv", "post"),
    "geocode_search": Door(ALL, "/geocode/search?q=a"),
    "geocode_message": Door(ALL, "/geocode/message", "post", {"text": "a"}),
    "geocode_reverse": Door(ALL, "/geocode/reverse?lat=39.6&lon=27.9"),
    "geocode_autocomplete": Door(ALL, "/geocode/autocomplete?q=a"),
    # Dashboards: those that come with the product, and one of somebody else that is shared with nobody.
    "dashboards": (
        Door(CASES, "/dashboards/"),
        Door(CASES, "/dashboards/", "post", {"title": "x"}),
        Door(NOBODY, "/dashboards/", "post", {"title": "x", "copied": "somebody-elses"}),
    ),
    "dashboard": (
        Door(CASES, "/dashboards/mayor/"),
        Door(NOBODY, "/dashboards/somebody-elses/"),
    ),
    "dashboard_tiles": (
        Door(CASES, "/dashboards/mayor/tiles.html"),
        Door(NOBODY, "/dashboards/somebody-elses/tiles.html"),
    ),
    "dashboard_layout": (
        Door(NOBODY, "/dashboards/mayor/layout.json", "post"),
        Door(NOBODY, "/dashboards/somebody-elses/layout.json", "post"),
    ),
    "dashboard_terms": Door(NOBODY, "/dashboards/somebody-elses/terms/", "post", {"title": "x"}),
    "dashboard_remove": Door(NOBODY, "/dashboards/somebody-elses/remove/", "post"),
    # Thematic maps
    "people_figures": (
        Door(CASES - {"drawn"}, "/figures/people/"),
        Door(frozenset({"superuser"}), "/figures/people/?by=person"),
    ),
    "figure_rights": (
        Door(ADMIN | {"people", "privacy"}, "/figures/rights/"),
        Door(ADMIN, "/figures/rights/", "post", {"do": "give", "least": "2"}),
    ),
    "reports": Door(CASES - {"drawn"}, "/reports/"),
    "report_page": (
        Door(CASES - {"drawn"}, "/reports/daily/"),
        Door(CASES - {"drawn"}, "/reports/own/?indicators=opened&by=month"),
        Door(frozenset({"superuser"}), "/reports/own/?indicators=deeds&by=person"),
    ),
    "report_file": (
        Door(CASES - {"drawn"}, "/reports/daily/report.csv"),
        Door(CASES - {"drawn"}, "/reports/types/report.xlsx"),
    ),
    "report_ordered": Door(NOBODY, lambda w: f"/reports/files/{w.ordered}/"),
    "report_keep": Door(
        CASES - {"drawn"}, "/reports/saved/", "post", {"code": "daily", "title": "x"}
    ),
    "report_remove": Door(NOBODY, lambda w: f"/reports/saved/{w.report}/remove/", "post"),
    "report_schedules": (
        Door(CASES - {"drawn"}, "/reports/schedules/"),
        Door(NOBODY, lambda w: "/reports/schedules/", "post", {"report": "1", "every": "DAY"}),
    ),
    "indicators": Door(ALL, "/figures/"),
    "figures_data": Door(ALL, "/figures/data.json"),
    "outside": Door(BRINGS_IN, "/figures/outside/"),
    "outside_new": (
        Door(BRINGS_IN, "/figures/outside/new/"),
        Door(BRINGS_IN, "/figures/outside/new/", "post", {"code": "x"}),
    ),
    "outside_indicator": (
        Door(BRINGS_IN, "/figures/outside/of-a/"),
        Door(ADMIN, "/figures/outside/of-b/"),
        Door(BRINGS_IN, "/figures/outside/of-a/", "post"),
        Door(ADMIN, "/figures/outside/of-b/", "post"),
    ),
    "outside_edit": (
        Door(BRINGS_IN, "/figures/outside/of-a/edit/"),
        Door(ADMIN, "/figures/outside/of-b/edit/"),
        Door(ADMIN, "/figures/outside/of-b/edit/", "post", {"name": "x"}),
    ),
    "outside_file": (
        Door(BRINGS_IN, lambda w: f"/figures/outside/file/{w.files['a']}/"),
        Door(ADMIN, lambda w: f"/figures/outside/file/{w.files['b']}/"),
    ),
    "outside_move": tuple(
        Door(who, lambda w, f=f, move=move: f"/figures/outside/file/{w.files[f]}/{move}/", "post")
        for f, who in (("a", BRINGS_IN), ("b", ADMIN))
        for move in ("preview", "import", "cancel", "undo", "delete")
    ),
    "thematic": Door(ALL, "/maps/choropleth/"),
    "thematic_tile": Door(ALL, "/maps/choropleth/tile.html"),
    "thematic_data": Door(ALL, "/maps/choropleth/data.json"),
    "thematic_csv": Door(ALL, "/maps/choropleth/table.csv"),
    "thematic_xlsx": Door(ALL, "/maps/choropleth/table.xlsx"),
    "thematic_gpkg": Door(ALL, "/maps/choropleth/areas.gpkg"),
    "thematic_parquet": Door(ALL, "/maps/choropleth/areas.parquet"),
    "saved_maps": Door(CASES, "/maps/saved/"),
    "saved_map_save": Door(CASES, "/maps/saved/save/", "post", {"title": ""}),
    "saved_map": Door(NOBODY, "/maps/saved/1/"),
    "saved_map_remove": Door(NOBODY, "/maps/saved/1/remove/", "post"),
    "thematic_export": Door(NO_DATA, "/maps/choropleth/map.html"),
    "density": Door(ALL, "/maps/density/"),
    "density_table": Door(ALL, "/maps/density/table.html"),
    "density_series": Door(ALL, "/maps/density/series.json"),
    "density_csv": Door(ALL, "/maps/density/cells.csv"),
    "density_geojson": Door(ALL, "/maps/density/cells.geojson"),
    "density_parquet": Door(ALL, "/maps/density/cells.parquet"),
    "density_export": Door(COUNTS_ALL, "/maps/density/map.html"),
    "alerts": Door(CASES, "/alerts/"),
    "alerts_csv": Door(CASES, "/alerts/alerts.csv"),
    "alerts_shapes": Door(CASES, "/alerts/alerts.geojson"),
    "alert": Door(NOBODY, "/alerts/00000000-0000-0000-0000-000000000001/"),
    "alert_verdict": Door(NOBODY, "/alerts/00000000-0000-0000-0000-000000000001/verdict/", "post"),
    "alert_gather": Door(NOBODY, "/alerts/00000000-0000-0000-0000-000000000001/gather/", "post"),
    "hotspots": Door(ALL, "/maps/hotspots/"),
    "hotspot_cells": Door(NO_DATA, "/maps/hotspots/cells.csv"),
    "hotspot_why": Door(NO_DATA, "/maps/hotspots/why.json?cell=892da0b1187ffff"),
    "hotspot_table": Door(NO_DATA, "/maps/hotspots/table/"),
    "hotspot_area_shapes": Door(NO_DATA, "/maps/hotspots/areas.geojson"),
    "hotspot_areas": Door(NO_DATA, "/maps/hotspots/areas/"),
    "hotspot_bias": Door(COUNTS_ALL, "/maps/hotspots/reporting/"),
    "hotspots_learn": Door(ADMIN | {"manager"}, "/maps/hotspots/learn/", "post", {"do": "stop"}),
    "hotspots_letter": Door(CASES, "/maps/hotspots/letter/", "post", {"wanted": "0"}),
    "hotspot_card": Door(NO_DATA, "/maps/hotspots/runs/1/"),
    "hotspot_card_json": Door(NO_DATA, "/maps/hotspots/runs/1/card.json"),
    "hotspots_export": Door(NO_DATA, "/maps/hotspots/map.html"),
}
