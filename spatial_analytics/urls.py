"""Addresses of the thematic maps."""

from django.urls import path

from spatial_analytics.web import (
    dashboards,
    density,
    figures,
    hotspots,
    outside,
    saved_maps,
    thematic,
)

urlpatterns = [
    path("figures/data.json", figures.data, name="figures_data"),
    path("figures/outside/", outside.listed, name="outside"),
    path("figures/outside/new/", outside.new, name="outside_new"),
    path("figures/outside/file/<uuid:uid>/", outside.file, name="outside_file"),
    path("figures/outside/file/<uuid:uid>/<slug:move>/", outside.move, name="outside_move"),
    path("figures/outside/<slug:code>/", outside.indicator, name="outside_indicator"),
    path("figures/outside/<slug:code>/edit/", outside.edit, name="outside_edit"),
    path("maps/choropleth/", thematic.page, name="thematic"),
    path("maps/choropleth/data.json", thematic.data, name="thematic_data"),
    path("maps/choropleth/table.csv", thematic.as_csv, name="thematic_csv"),
    path("maps/choropleth/table.xlsx", thematic.xlsx, name="thematic_xlsx"),
    path("maps/choropleth/areas.gpkg", thematic.geopackage, name="thematic_gpkg"),
    path("maps/choropleth/areas.parquet", thematic.geoparquet, name="thematic_parquet"),
    path("maps/choropleth/map.html", thematic.export, name="thematic_export"),
    path("maps/saved/", saved_maps.page, name="saved_maps"),
    path("maps/saved/save/", saved_maps.save, name="saved_map_save"),
    path("maps/saved/<int:saved>/", saved_maps.opened, name="saved_map"),
    path("maps/saved/<int:saved>/remove/", saved_maps.remove, name="saved_map_remove"),
    path("maps/density/", density.page, name="density"),
    path("maps/density/table.html", density.table, name="density_table"),
    path("maps/density/series.json", density.series, name="density_series"),
    path("maps/density/cells.csv", density.as_csv, name="density_csv"),
    path("maps/density/cells.geojson", density.geojson, name="density_geojson"),
    path("maps/density/cells.parquet", density.geoparquet, name="density_parquet"),
    path("maps/density/map.html", density.export, name="density_export"),
    path("maps/hotspots/", hotspots.page, name="hotspots"),
    path("maps/hotspots/map.html", hotspots.export, name="hotspots_export"),
    path("dashboards/", dashboards.listing, name="dashboards"),
    path("dashboards/<slug:slug>/", dashboards.page, name="dashboard"),
    path("dashboards/<slug:slug>/tiles.html", dashboards.tiles, name="dashboard_tiles"),
    path("dashboards/<slug:slug>/layout.json", dashboards.layout, name="dashboard_layout"),
    path("dashboards/<slug:slug>/terms/", dashboards.terms, name="dashboard_terms"),
    path("dashboards/<slug:slug>/remove/", dashboards.remove, name="dashboard_remove"),
]
