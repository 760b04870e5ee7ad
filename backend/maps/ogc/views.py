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
from backend.maps.ogc import documents
from backend.maps.ogc.collections import COLLECTIONS, Collection
from backend.maps.ogc.crs import Crs, get_crs
from backend.maps.ogc.documents import GEOJSON, JSON, OPENAPI, SCHEMA, Address, build_link
from backend.maps.ogc.features import load_feature, load_page
from backend.maps.ogc.items_query import read_items_query
from backend.maps.ogc.openapi import build_openapi
from backend.maps.responses import AnyAcceptNegotiation, content_response
from backend.maps.views import signed_in_user


class OgcView(APIView):
    """What all share: sign-in, and one form of answer."""

    permission_classes = (IsAuthenticated,)
    content_negotiation_class = AnyAcceptNegotiation
    schema = None

    def address_of(self, path: str) -> str:
        """The full address of ``path`` below this door."""
        return full_address(self.request, f"/ogc/{path}")

    def refuse_parameters(self) -> None:
        """Refuse every parameter but ``f=json``; raises ValidationError (400)."""
        unknown = sorted(set(self.request.query_params) - {"f"})
        if unknown or self.request.query_params.get("f", "json") != "json":
            names = unknown or ["f"]
            raise ValidationError({name[:60]: [_("Known: f=json.")] for name in names[:10]})


class LandingView(OgcView):
    """``/ogc/``."""

    def get(self, request: Request) -> HttpResponse:
        """The landing page."""
        self.refuse_parameters()
        return _json_response(request, documents.build_landing_page(self.address_of))


class ConformanceView(OgcView):
    """``/ogc/conformance``."""

    def get(self, request: Request) -> HttpResponse:
        """The conformance classes."""
        self.refuse_parameters()
        return _json_response(request, documents.build_conformance())


class OpenApiView(OgcView):
    """``/ogc/api``."""

    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI document."""
        self.refuse_parameters()
        return _json_response(request, build_openapi(self.address_of("").rstrip("/")), OPENAPI)


class CollectionsView(OgcView):
    """``/ogc/collections``."""

    def get(self, request: Request) -> HttpResponse:
        """The list of all collections."""
        self.refuse_parameters()
        return _json_response(
            request, documents.build_collections(self.address_of, signed_in_user(request))
        )


class CollectionView(OgcView):
    """``/ogc/collections/{name}``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """The description of one collection."""
        self.refuse_parameters()
        return _json_response(
            request,
            documents.build_collection(
                self.address_of, _get_collection(name), signed_in_user(request)
            ),
        )


class QueryablesView(OgcView):
    """``/ogc/collections/{name}/queryables``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """The filters of the collection."""
        self.refuse_parameters()
        return _json_response(
            request, documents.build_queryables(self.address_of, _get_collection(name)), SCHEMA
        )


class ItemsView(OgcView):
    """``/ogc/collections/{name}/items``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """One page of features; ``next`` leads on by key, at the same cost at any depth."""
        shown = _get_collection(name)
        asked = read_items_query(request.query_params, shown)
        features, following = load_page(shown.rows(signed_in_user(request)), shown, asked)
        document = {
            "type": "FeatureCollection",
            "timeStamp": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            "numberReturned": len(features),
            "links": _page_links(request, self.address_of, name, following),
            "features": features,
        }
        return _add_crs_header(_json_response(request, document, GEOJSON), asked.crs)


class ItemView(OgcView):
    """``/ogc/collections/{name}/items/{key}``."""

    def get(self, request: Request, name: str, key: int) -> HttpResponse:
        """One feature; 404 outside the reader's scope."""
        shown, crs = _get_collection(name), get_crs(request.query_params.get("crs", ""), "crs")
        text = str(key) if shown.whole_key else f"{key:06d}"
        found = None
        if len(text) <= 18:
            found = load_feature(shown.rows(signed_in_user(request)), shown, text, crs)
        if found is None:
            raise not_found(_("There is no such feature."))
        here = f"collections/{name}"
        links = [build_link(self.address_of(f"{here}/items/{text}"), "self", GEOJSON)]
        links.append(build_link(self.address_of(here), "collection"))
        return _add_crs_header(_json_response(request, found | {"links": links}, GEOJSON), crs)


def _get_collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise not_found(_("Collections: %(names)s.") % {"names": ", ".join(COLLECTIONS)})
    return COLLECTIONS[name]


def _page_links(request: Request, at: Address, name: str, following: str) -> list[dict[str, str]]:
    links = [
        build_link(request.build_absolute_uri(), "self", GEOJSON),
        build_link(at(f"collections/{name}"), "collection"),
    ]
    if following:
        query = request.query_params.dict() | {"cursor": following}
        address = at(f"collections/{name}/items")
        links.append(build_link(f"{address}?{urlencode(query)}", "next", GEOJSON))
    return links


def _json_response(
    request: Request, document: dict[str, Any], media_type: str = JSON
) -> HttpResponse:
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return content_response(request, content, media_type, "")


def _add_crs_header(answer: HttpResponse, crs: Crs) -> HttpResponse:
    answer["Content-Crs"] = f"<{crs.uri}>"
    return answer
