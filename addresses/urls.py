"""Addresses of this room's interfaces."""

from django.urls import include, path, re_path

from addresses.api import doors, feed, geocoding, registry, requests, subscriptions
from addresses.web import change, change_list, home, quality
from addresses.web import requests as request_pages

_REGISTER = [
    path("", registry.Collections.as_view(), name="register_collections"),
    path("datamodel", registry.DataModel.as_view(), name="register_datamodel"),
    path("feed/latest", feed.Latest.as_view(), name="feed_latest"),
    path("feed/transactions", feed.Transactions.as_view(), name="feed_transactions"),
    path("feed/events", feed.Events.as_view(), name="feed_events"),
    path("feed/checksums", feed.Checksums.as_view(), name="feed_checksums"),
    path("feed/subscriptions", subscriptions.Subscriptions.as_view(), name="feed_subscriptions"),
    path(
        "feed/subscriptions/<int:pk>",
        subscriptions.Subscription.as_view(),
        name="feed_subscription",
    ),
    path("feed/extract", feed.Extract.as_view(), name="feed_extract"),
    path("requests", requests.Requests.as_view(), name="register_requests_api"),
    path("requests/<str:token>", requests.Followed.as_view(), name="register_request_api"),
]
# Behind every address with a name of its own: any other name is a kind of record.
_RECORDS = [
    path("<str:entity>", registry.Records.as_view(), name="register_list"),
    path("<str:entity>/<uuid:uid>", registry.Record.as_view(), name="register_record"),
    path("<str:entity>/<uuid:uid>/history", registry.History.as_view(), name="register_history"),
]
# Pages of the GIS staff. `edit/`, `field/` and `quality/` have modules of their own.
_PAGES = [
    path("", home.home, name="register_home"),
    path("changes/", change_list.change_list, name="register_changes"),
    path("changes/changes.csv", change_list.export_csv, name="register_changes_csv"),
    path("changes/<int:pk>/", change.change, name="register_change"),
    path("changes/<int:pk>/evidence", change.evidence, name="register_evidence"),
    re_path(
        r"^changes/(?P<pk>[0-9]{1,18})/(?P<when>before|after)\.geojson$",
        change.shapes,
        name="register_shapes",
    ),
    path("changes/<int:pk>/<slug:name>", change.move, name="register_move"),
    path("requests/", request_pages.request_list, name="register_requests"),
    path("requests/<int:pk>/", request_pages.request_detail, name="register_request"),
    path("requests/<int:pk>/photo", request_pages.photo, name="register_request_photo"),
    path("requests/<int:pk>/<slug:name>", request_pages.move, name="register_request_move"),
]

_QUALITY = [
    path("", quality.dashboard, name="quality"),
    path("neighbourhoods.csv", quality.areas_csv, name="quality_csv"),
    path("findings/", quality.findings, name="quality_findings"),
    path("findings/findings.csv", quality.findings_csv, name="quality_findings_csv"),
    path("findings/<int:pk>/", quality.finding, name="quality_finding"),
    path("findings/<int:pk>/act/", quality.act, name="quality_act"),
]

urlpatterns = [
    path("register/quality/", include(_QUALITY)),
    path("register/", include(_PAGES)),
    path("api/v1/register/", include(_REGISTER + _RECORDS)),
    path("api/v1/doors", doors.Doors.as_view(), name="api_doors"),
    path("geocode/search", geocoding.Search.as_view(), name="geocode_search"),
    path("geocode/reverse", geocoding.Reverse.as_view(), name="geocode_reverse"),
    path("geocode/autocomplete", geocoding.Autocomplete.as_view(), name="geocode_autocomplete"),
]
