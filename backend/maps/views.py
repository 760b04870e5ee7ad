"""``/tiles/…``: vector tiles and what describes them."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import not_found
from backend.maps.filters import read_filters
from backend.maps.registry import LAYERS, Layer
from backend.maps.responses import (
    AnyAcceptNegotiation,
    compute_etag,
    content_response,
    not_modified_response,
)
from backend.maps.scope import scope_key
from backend.maps.tilejson import build_tilejson
from backend.risk.models import Reader
from geo.pyramid import OutsidePyramid, Tile

MVT = "application/vnd.mapbox-vector-tile"


def signed_in_user(request: Request) -> User:
    """The signed-in user; raises NotAuthenticated."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class TileView(APIView):
    """One tile."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAcceptNegotiation
    schema = None

    def get(self, request: Request, layer: str, z: int, x: int, y: int) -> HttpResponse:
        """The tile under the reader's predicate; 304, 204, or 404 outside the pyramid."""
        user, shown = signed_in_user(request), _get_layer(layer)
        question, tile = (
            read_filters(request.query_params, shown.filters),
            _build_tile(shown, z, x, y),
        )
        if shown.live:
            return content_response(request, shown.draw(tile, question, user), MVT, "")
        tag = compute_etag(
            layer, tile, question.cache_key, scope_key(user), clock.today(), _figures_version()
        )
        return not_modified_response(request, tag) or content_response(
            request, shown.draw(tile, question, user), MVT, tag
        )


class TileJsonView(APIView):
    """The description of one layer."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAcceptNegotiation
    schema = None

    def get(self, request: Request, layer: str) -> HttpResponse:
        """TileJSON 3.0, with the filters of its own address on the tiles'."""
        user, shown = signed_in_user(request), _get_layer(layer)
        question = read_filters(request.query_params, shown.filters)
        document = build_tilejson(request, layer, shown, question, user)
        content = json.dumps(document, ensure_ascii=False).encode()
        tag = compute_etag(content.decode())
        return not_modified_response(request, tag) or content_response(
            request, content, "application/json", tag
        )


def _get_layer(name: str) -> Layer:
    if name not in LAYERS:
        raise not_found(_("Layers: %(names)s.") % {"names": ", ".join(LAYERS)})
    return LAYERS[name]


def _build_tile(layer: Layer, z: int, x: int, y: int) -> Tile:
    try:
        tile = Tile(z, x, y)
    except OutsidePyramid:
        raise not_found(_("There is no such tile.")) from None
    if not layer.first_zoom <= z <= layer.last_zoom:
        limits = {"first": layer.first_zoom, "last": layer.last_zoom}
        raise not_found(_("This layer has tiles of zoom %(first)s to %(last)s.") % limits)
    return tile


def _figures_version() -> int:
    return Reader.objects.values_list("version", flat=True).first() or 0
