"""Addresses of the thematic maps."""

from django.urls import path

from spatial_analytics.web import choropleth, density, hotspots

urlpatterns = [
    path("maps/choropleth/", choropleth.page, name="thematic"),
    path("maps/choropleth/data.json", choropleth.data, name="choropleth_data"),
    path("maps/choropleth/table.csv", choropleth.table, name="choropleth_csv"),
    path("maps/choropleth/map.html", choropleth.export, name="choropleth_export"),
    path("maps/density/", density.page, name="density"),
    path("maps/density/map.html", density.export, name="density_export"),
    path("maps/hotspots/", hotspots.page, name="hotspots"),
    path("maps/hotspots/map.html", hotspots.export, name="hotspots_export"),
]
