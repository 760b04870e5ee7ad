"""``/ogc/…``: one view a resource of OGC API – Features."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.lib import clock
from backend.lib.problems import not_found
from backend.maps.addresses import full_address
from backend.maps.answering import AnyAccept, sent
from backend.maps.ogc import documents
from backend.maps.ogc.asking import question_of
from backend.maps.ogc.collections import COLLECTIONS, Collection
from backend.maps.ogc.crs import Crs, crs_of
from backend.maps.ogc.definition import definition
from backend.maps.ogc.documents import GEOJSON, JSON, OPENAPI, SCHEMA, Address, link
from backend.maps.ogc.reading import one, page
from backend.maps.views import reader_of


class OgcView(APIView):
    """What all share: sign-in, and one form of answer."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAccept
    schema = None

    def at(self, path: str) -> str:
        """The full address of ``path`` below this door."""
        return full_address(self.request, f"/ogc/{path}")

    def plain(self) -> None:
        """Refuse every parameter but ``f=json``; raises ValidationError (400)."""
        unknown = sorted(set(self.request.query_params) - {"f"})
        if unknown or self.request.query_params.get("f", "json") != "json":
            names = unknown or ["f"]
            raise ValidationError({name[:60]: [_("Known: f=json.")] for name in names[:10]})


class Landing(OgcView):
    """``/ogc/``."""

    def get(self, request: Request) -> HttpResponse:
        """The landing page."""
        self.plain()
        return _answer(request, documents.landing(self.at))


class Conformance(OgcView):
    """``/ogc/conformance``."""

    def get(self, request: Request) -> HttpResponse:
        """The conformance classes."""
        self.plain()
        return _answer(request, documents.conformance())


class Definition(OgcView):
    """``/ogc/api``."""

    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI document."""
        self.plain()
        return _answer(request, definition(self.at("").rstrip("/")), OPENAPI)


class Collections(OgcView):
    """``/ogc/collections``."""

    def get(self, request: Request) -> HttpResponse:
        """All collections."""
        self.plain()
        return _answer(request, documents.collections(self.at, reader_of(request)))


class OneCollection(OgcView):
    """``/ogc/collections/{name}``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """One collection."""
        self.plain()
        return _answer(request, documents.collection(self.at, _named(name), reader_of(request)))


class Queryables(OgcView):
    """``/ogc/collections/{name}/queryables``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """Its filters."""
        self.plain()
        return _answer(request, documents.queryables(self.at, _named(name)), SCHEMA)


class Items(OgcView):
    """``/ogc/collections/{name}/items``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """One page of features; ``next`` leads on by key, at the same cost at any depth."""
        shown = _named(name)
        asked = question_of(request.query_params, shown)
        features, following = page(shown.rows(reader_of(request)), shown, asked)
        document = {
            "type": "FeatureCollection",
            "timeStamp": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            "numberReturned": len(features),
            "links": _links(request, self.at, name, following),
            "features": features,
        }
        return _in_crs(_answer(request, document, GEOJSON), asked.crs)


class Item(OgcView):
    """``/ogc/collections/{name}/items/{key}``."""

    def get(self, request: Request, name: str, key: int) -> HttpResponse:
        """One feature; 404 outside the reader's scope."""
        shown, crs = _named(name), crs_of(request.query_params.get("crs", ""), "crs")
        text = str(key) if shown.whole_key else f"{key:06d}"
        found = None
        if len(text) <= 18:
            found = one(shown.rows(reader_of(request)), shown, text, crs)
        if found is None:
            raise not_found(_("There is no such feature."))
        here = f"collections/{name}"
        links = [link(self.at(f"{here}/items/{text}"), "self", GEOJSON)]
        links.append(link(self.at(here), "collection"))
        return _in_crs(_answer(request, found | {"links": links}, GEOJSON), crs)


def _named(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise not_found(_("Collections: %(names)s.") % {"names": ", ".join(COLLECTIONS)})
    return COLLECTIONS[name]


def _links(request: Request, at: Address, name: str, following: str) -> list[dict[str, str]]:
    links = [
        link(request.build_absolute_uri(), "self", GEOJSON),
        link(at(f"collections/{name}"), "collection"),
    ]
    if following:
        query = request.query_params.dict() | {"cursor": following}
        address = at(f"collections/{name}/items")
        links.append(link(f"{address}?{urlencode(query)}", "next", GEOJSON))
    return links


def _answer(request: Request, document: dict[str, Any], media_type: str = JSON) -> HttpResponse:
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return sent(request, content, media_type, "")


def _in_crs(answer: HttpResponse, crs: Crs) -> HttpResponse:
    answer["Content-Crs"] = f"<{crs.uri}>"
    return answer
