"""Addresses of this room's interfaces."""

from django.urls import path

from addresses.api import geocoding

urlpatterns = [
    path("geocode/search", geocoding.Search.as_view(), name="geocode_search"),
    path("geocode/reverse", geocoding.Reverse.as_view(), name="geocode_reverse"),
    path("geocode/autocomplete", geocoding.Autocomplete.as_view(), name="geocode_autocomplete"),
]
