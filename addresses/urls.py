"""Addresses of this room's interfaces."""

from django.urls import path

from addresses.api import doors, geocoding

urlpatterns = [
    path("api/v1/doors", doors.Doors.as_view(), name="api_doors"),
    path("geocode/search", geocoding.Search.as_view(), name="geocode_search"),
    path("geocode/reverse", geocoding.Reverse.as_view(), name="geocode_reverse"),
    path("geocode/autocomplete", geocoding.Autocomplete.as_view(), name="geocode_autocomplete"),
]
