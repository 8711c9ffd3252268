"""Addresses of this room's interfaces."""

from django.urls import include, path

from addresses.api import doors, feed, geocoding, registry, requests, subscriptions

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

urlpatterns = [
    path("api/v1/register/", include(_REGISTER + _RECORDS)),
    path("api/v1/doors", doors.Doors.as_view(), name="api_doors"),
    path("geocode/search", geocoding.Search.as_view(), name="geocode_search"),
    path("geocode/reverse", geocoding.Reverse.as_view(), name="geocode_reverse"),
    path("geocode/autocomplete", geocoding.Autocomplete.as_view(), name="geocode_autocomplete"),
]
