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
from backend.maps.answering import AnyAccept, not_modified, sent, tag_of
from backend.maps.asking import asked
from backend.maps.describing import tilejson
from backend.maps.registry import LAYERS, Layer
from backend.maps.scope import scope_key
from backend.risk.models import Reader
from geo.pyramid import OutsidePyramid, Tile

MVT = "application/vnd.mapbox-vector-tile"


def reader_of(request: Request) -> User:
    """Who asks; raises NotAuthenticated."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class TileView(APIView):
    """One tile."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAccept
    schema = None

    def get(self, request: Request, layer: str, z: int, x: int, y: int) -> HttpResponse:
        """The tile under the reader's predicate; 304, 204, or 404 outside the pyramid."""
        user, shown = reader_of(request), _layer(layer)
        question, tile = asked(request.query_params, shown.filters), _tile(shown, z, x, y)
        if shown.live:
            return sent(request, shown.draw(tile, question, user), MVT, "")
        tag = tag_of(layer, tile, question.key, scope_key(user), clock.today(), _version())
        return not_modified(request, tag) or sent(
            request, shown.draw(tile, question, user), MVT, tag
        )


class TileJsonView(APIView):
    """The description of one layer."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAccept
    schema = None

    def get(self, request: Request, layer: str) -> HttpResponse:
        """TileJSON 3.0, with the filters of its own address on the tiles'."""
        user, shown = reader_of(request), _layer(layer)
        question = asked(request.query_params, shown.filters)
        document = tilejson(request, layer, shown, question, user)
        content = json.dumps(document, ensure_ascii=False).encode()
        tag = tag_of(content.decode())
        return not_modified(request, tag) or sent(request, content, "application/json", tag)


def _layer(name: str) -> Layer:
    if name not in LAYERS:
        raise not_found(_("Layers: %(names)s.") % {"names": ", ".join(LAYERS)})
    return LAYERS[name]


def _tile(layer: Layer, z: int, x: int, y: int) -> Tile:
    try:
        tile = Tile(z, x, y)
    except OutsidePyramid:
        raise not_found(_("There is no such tile.")) from None
    if not layer.first_zoom <= z <= layer.last_zoom:
        limits = {"first": layer.first_zoom, "last": layer.last_zoom}
        raise not_found(_("This layer has tiles of zoom %(first)s to %(last)s.") % limits)
    return tile


def _version() -> int:
    return Reader.objects.values_list("version", flat=True).first() or 0
