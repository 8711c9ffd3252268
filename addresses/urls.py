"""Addresses of this room's interfaces."""

from django.urls import include, path, re_path

from addresses.api import batches as api_batches
from addresses.api import (
    change_sets,
    doors,
    editing,
    feed,
    field_reports,
    geocoding,
    messages,
    operations,
    registry,
    requests,
    subscriptions,
    tables,
)
from addresses.web import (
    batches,
    change,
    change_list,
    editor,
    evidence,
    field,
    home,
    import_notes,
    quality,
)
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
_EDITING = [
    path("drafts", change_sets.DraftList.as_view(), name="drafts"),
    path("drafts/<uuid:uid>", change_sets.DraftItem.as_view(), name="draft"),
    path("drafts/<uuid:uid>/evidence", change_sets.DraftEvidence.as_view(), name="draft_evidence"),
    path("drafts/<uuid:uid>/changes", change_sets.DraftChanges.as_view(), name="draft_changes"),
    path(
        "drafts/<uuid:uid>/changes/<str:entity>/<uuid:record>",
        change_sets.DraftChange.as_view(),
        name="draft_change",
    ),
    path("drafts/<uuid:uid>/roll-back", change_sets.RollBack.as_view(), name="draft_roll_back"),
    path(
        "drafts/<uuid:uid>/operations/<slug:operation>",
        operations.Operation.as_view(),
        name="draft_operation",
    ),
    path("drafts/<uuid:uid>/<slug:move>", change_sets.DraftMove.as_view(), name="draft_move"),
    path("records/<uuid:uid>", editing.OneRecord.as_view(), name="editing_record"),
    path("forms", editing.Forms.as_view(), name="editing_forms"),
    path("nearby", editing.Nearby.as_view(), name="editing_nearby"),
    path("find", editing.Find.as_view(), name="editing_find"),
    path("surroundings", editing.Surroundings.as_view(), name="editing_surroundings"),
    path("topology", editing.Topology.as_view(), name="editing_topology"),
    path("field/reports", field_reports.Reports.as_view(), name="field_reports"),
    path("numbering", operations.NumberingPreview.as_view(), name="editing_numbering"),
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
    path("changes/<int:pk>/evidence", evidence.download, name="register_evidence"),
    path("changes/<int:pk>/notes/", import_notes.note_list, name="register_notes"),
    path("changes/<int:pk>/notes/notes.csv", import_notes.export_csv, name="register_notes_csv"),
    path("changes/<int:pk>/described", evidence.described, name="register_described"),
    path("changes/<int:pk>/found", evidence.found, name="register_found"),
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

_BATCHES_API = [
    path("batches", api_batches.Batches.as_view(), name="geocode_batches_api"),
    path("batches/<uuid:uid>", api_batches.Batch.as_view(), name="geocode_batch_api"),
    path(
        "batches/<uuid:uid>/cancel", api_batches.Cancel.as_view(), name="geocode_batch_api_cancel"
    ),
    path(
        "batches/<uuid:uid>/resume", api_batches.Resume.as_view(), name="geocode_batch_api_resume"
    ),
    path(
        "batches/<uuid:uid>/result", api_batches.Result.as_view(), name="geocode_batch_api_result"
    ),
    path(
        "batches/<uuid:uid>/failures",
        api_batches.Failures.as_view(),
        name="geocode_batch_api_failures",
    ),
]
_BATCHES = [
    path("", batches.batch_list, name="geocode_batches"),
    path("<uuid:uid>/", batches.batch, name="geocode_batch"),
    path("<uuid:uid>/result", batches.result, name="geocode_batch_result"),
    path("<uuid:uid>/<slug:move>", batches.move, name="geocode_batch_move"),
]

urlpatterns = [
    path("register/edit/", editor.editor, name="register_editor"),
    path("register/shown/<slug:layer>/<int:feature>/", editor.shown, name="register_shown"),
    path("register/field/", field.field, name="register_field"),
    path("register/field/worker.js", field.worker, name="register_field_worker"),
    path("register/quality/", include(_QUALITY)),
    path("register/", include(_PAGES)),
    path("api/v1/register/", include(_REGISTER + _EDITING + _RECORDS)),
    path("api/v1/doors", doors.Doors.as_view(), name="api_doors"),
    path("compat/", include("addresses.api.dialects.urls")),
    path("api/v1/geocode/", include(_BATCHES_API)),
    path("geocode/batch/", include(_BATCHES)),
    path("geocode/search/csv", tables.SearchCsv.as_view(), name="geocode_search_csv"),
    path("geocode/reverse/csv", tables.ReverseCsv.as_view(), name="geocode_reverse_csv"),
    path("geocode/search", geocoding.Search.as_view(), name="geocode_search"),
    path("geocode/message", messages.Message.as_view(), name="geocode_message"),
    path("geocode/reverse", geocoding.Reverse.as_view(), name="geocode_reverse"),
    path("geocode/autocomplete", geocoding.Autocomplete.as_view(), name="geocode_autocomplete"),
]
