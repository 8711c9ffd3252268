"""Addresses of the thematic maps."""

from django.urls import path

from spatial_analytics.web import (
    density,
    figures,
    hotspots,
    people,
    reports,
    rights,
    schedules,
    thematic,
)

urlpatterns = [
    path("figures/data.json", figures.data, name="figures_data"),
    path("figures/people/", people.page, name="people_figures"),
    path("figures/rights/", rights.page, name="figure_rights"),
    path("reports/", reports.listing, name="reports"),
    path("reports/saved/", reports.keep, name="report_keep"),
    path("reports/saved/<int:pk>/remove/", reports.remove, name="report_remove"),
    path("reports/schedules/", schedules.page, name="report_schedules"),
    path("reports/files/<uuid:uid>/", reports.ordered, name="report_ordered"),
    path("reports/<slug:code>/", reports.page, name="report_page"),
    path("reports/<slug:code>/report.<str:form>", reports.file, name="report_file"),
    path("maps/choropleth/", thematic.page, name="thematic"),
    path("maps/choropleth/data.json", thematic.data, name="thematic_data"),
    path("maps/choropleth/table.csv", thematic.as_csv, name="thematic_csv"),
    path("maps/choropleth/table.xlsx", thematic.xlsx, name="thematic_xlsx"),
    path("maps/choropleth/areas.gpkg", thematic.geopackage, name="thematic_gpkg"),
    path("maps/choropleth/areas.parquet", thematic.geoparquet, name="thematic_parquet"),
    path("maps/choropleth/map.html", thematic.export, name="thematic_export"),
    path("maps/density/", density.page, name="density"),
    path("maps/density/table.html", density.table, name="density_table"),
    path("maps/density/series.json", density.series, name="density_series"),
    path("maps/density/cells.csv", density.as_csv, name="density_csv"),
    path("maps/density/cells.geojson", density.geojson, name="density_geojson"),
    path("maps/density/cells.parquet", density.geoparquet, name="density_parquet"),
    path("maps/density/map.html", density.export, name="density_export"),
    path("maps/hotspots/", hotspots.page, name="hotspots"),
    path("maps/hotspots/map.html", hotspots.export, name="hotspots_export"),
]
