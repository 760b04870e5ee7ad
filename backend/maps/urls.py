"""The paths behind this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from backend.lib.problems import page_not_found
from backend.maps.ogc import views as ogc
from backend.maps.views import TileJsonView, TileView

urlpatterns: list[URLPattern | URLResolver] = [
    path("tiles/<slug:layer>.json", TileJsonView.as_view(), name="tilejson"),
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", TileView.as_view(), name="tile"),
    path("ogc", RedirectView.as_view(pattern_name="ogc", query_string=True)),
    path("ogc/", ogc.LandingView.as_view(), name="ogc"),
    path("ogc/api", ogc.OpenApiView.as_view()),
    path("ogc/conformance", ogc.ConformanceView.as_view()),
    path("ogc/collections", ogc.CollectionsView.as_view()),
    path("ogc/collections/<slug:name>", ogc.CollectionView.as_view()),
    path("ogc/collections/<slug:name>/queryables", ogc.QueryablesView.as_view()),
    path("ogc/collections/<slug:name>/items", ogc.ItemsView.as_view()),
    path("ogc/collections/<slug:name>/items/<int:key>", ogc.ItemView.as_view()),
    re_path(r"^(?:tiles|ogc)(?:/.*)?$", csrf_exempt(page_not_found)),
]
