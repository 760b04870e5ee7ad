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
    path("ogc/", ogc.Landing.as_view(), name="ogc"),
    path("ogc/api", ogc.Definition.as_view()),
    path("ogc/conformance", ogc.Conformance.as_view()),
    path("ogc/collections", ogc.Collections.as_view()),
    path("ogc/collections/<slug:name>", ogc.OneCollection.as_view()),
    path("ogc/collections/<slug:name>/queryables", ogc.Queryables.as_view()),
    path("ogc/collections/<slug:name>/items", ogc.Items.as_view()),
    path("ogc/collections/<slug:name>/items/<int:key>", ogc.Item.as_view()),
    re_path(r"^(?:tiles|ogc)(?:/.*)?$", csrf_exempt(page_not_found)),
]
