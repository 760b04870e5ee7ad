"""The files of a matter: an address of one, and its pages as pictures, which a phone can keep."""

from __future__ import annotations

import base64
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.evidence.handed_out import HandedOut
from backend.evidence.shown_pages import show_pages
from backend.lib.problems import Refused, not_found
from backend.lib.serializers import Serializer
from backend.matters.enclosures import list_enclosures
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.matter_serializers import EnclosureAddressShape, EnclosurePagesShape
from mobile_api.visible_matters import get_visible_matter

_NO_STORE = {"Cache-Control": "no-store"}


class EnclosureView(DeviceView):
    """``GET matters/<id>/enclosures/<key>``."""

    @extend_schema(operation_id="mobile_enclosure", responses=EnclosureAddressShape)
    def get(self, request: Request, matter: int, key: str) -> Response:
        """An address of a file of a matter that the user sees, for two minutes."""
        address = _get_enclosure(signed_in_user(request), matter, key).sign()
        return Response({"address": address}, headers=_NO_STORE)


class PagesQuery(Serializer[Any]):
    """From which page on."""

    first = serializers.IntegerField(required=False, default=1, min_value=1, max_value=100_000)


class EnclosurePagesView(DeviceView):
    """``GET matters/<id>/enclosures/<key>/pages``."""

    parameters = frozenset({"first"})

    @extend_schema(
        operation_id="mobile_enclosure_pages",
        parameters=[OpenApiParameter("first", int, description="From which page on, 1 if unsaid")],
        responses=EnclosurePagesShape,
    )
    def get(self, request: Request, matter: int, key: str) -> Response:
        """Ten pages of a file of a matter that the user sees; 409 where it cannot be drawn."""
        get_visible_matter(signed_in_user(request), matter)
        asked = PagesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        file = _get_enclosure(signed_in_user(request), matter, key)
        shown = show_pages(file, asked.validated_data["first"])
        told = {
            "pages": shown.pages,
            "media_type": shown.media_type,
            "pictures": [base64.b64encode(one).decode() for one in shown.pictures],
        }
        return Response(told, headers=_NO_STORE)


def _get_enclosure(user: User, matter: int, key: str) -> HandedOut:
    """The file; raises Refused 404, 409 ``file-not-ready``, and what its kind refuses."""
    listed = {one.key: one for one in list_enclosures(user, get_visible_matter(user, matter))}
    if key not in listed:
        raise not_found(_("There is no such file in this matter."))
    file = listed[key].hand_out(user)
    if file is None:
        text = _("The file is on its way. Ask for it again in a while.")
        raise Refused("file-not-ready", text, status=409)
    return file
