"""All addresses of the platform: each room brings its own."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from accounts.web.sign_in import SignInForm
from gis_vip.web import developers, map_files, pages, style
from tiles.urls import ogc_patterns

urlpatterns = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("map/", pages.map_page, name="map"),
    path("developers/", developers.developers, name="developers"),
    path("status/", developers.status, name="status"),
    path("health/", pages.health, name="health"),
    path("maps/style/<slug:theme>.json", style.style_json, name="style"),
    path("maps/glyphs/<str:font>/<int:first>-<int:last>.pbf", map_files.glyphs, name="glyphs"),
    re_path(
        r"^maps/(?P<name>sprite(?:@2x)?)\.(?P<kind>json|png)$", map_files.sprite, name="sprite"
    ),
    path("tiles/", include("tiles.urls")),
    path("ogc/", include(ogc_patterns)),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("cases.urls")),
    path("", include("addresses.urls")),
    path("", include("spatial_analytics.urls")),
    path(
        "sign-in/",
        LoginView.as_view(template_name="login.html", authentication_form=SignInForm),
        name="login",
    ),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api_docs"),
    path("admin/", admin.site.urls),
]

handler400 = "gis_vip.web.errors.bad_request"
handler403 = "gis_vip.web.errors.forbidden"
handler404 = "gis_vip.web.errors.not_found"
handler500 = "gis_vip.web.errors.server_error"
