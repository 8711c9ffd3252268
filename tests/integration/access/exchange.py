"""Addresses of the exchange of cases: a part of the table."""

from tests.integration.access.table import ADMIN, ALL, NOBODY, TRIAGES, CaseDoor, Door

DOORS: dict[str, Door | tuple[Door, ...]] = {
    "exchange": Door(TRIAGES, "/console/exchange/"),
    "exchange_csv": Door(TRIAGES, "/console/exchange/exchange.csv"),
    "exchange_partner_new": (
        Door(ADMIN, "/console/exchange/partners/new/"),
        Door(ADMIN, "/console/exchange/partners/new/", "post"),
    ),
    "exchange_partner": Door(ADMIN, lambda w: f"/console/exchange/partners/{w.partner}/"),
    # Whoever has a key is nobody of the house: tests/functional/cases/test_open311.py.
    "open311": Door(ALL, "/open311/v2/discovery.json"),
    "open311_services": Door(ALL, "/open311/v2/services.json"),
    "open311_service": Door(ALL, "/open311/v2/services/cop.json"),
    "open311_requests": (
        Door(ALL, "/open311/v2/requests.json"),
        Door(NOBODY, "/open311/v2/requests.json", "post", {"service_code": "cop"}),
    ),
    "open311_bulk": Door(ALL, "/open311/v2/requests.csv"),
    "open311_request": Door(ALL, lambda w: f"/open311/v2/requests/{w.cases['own'].uid}.json"),
    "open311_token": Door(NOBODY, "/open311/v2/tokens/x.json"),
    "open311_updates": (
        Door(NOBODY, "/open311/v2/servicerequestupdates.json"),
        Door(NOBODY, "/open311/v2/servicerequestupdates.json", "post", {"description": "x"}),
    ),
    "open311_nowhere": Door(NOBODY, "/open311/v2/"),
}
CASE_DOORS: dict[str, CaseDoor] = {
    "exchange_transfer": CaseDoor(lambda w, c: f"/console/exchange/{w.transfer(c)}/", TRIAGES),
    "exchange_act": CaseDoor(
        lambda w, c: f"/console/exchange/{w.transfer(c)}/act/", TRIAGES, "post", {"do": "resend"}
    ),
}
