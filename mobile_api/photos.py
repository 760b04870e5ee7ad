"""Photos that a phone sends in one piece, straight from the connection."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.rights import Right
from backend.evidence import spool
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.fieldwork.actions import settle_items_of_photo
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.serializers import PhotoShape

_UNKNOWN_MEDIA_TYPES = ("", "application/octet-stream")


class PhotoView(DeviceView):
    """``PUT`` and ``GET photos/<sha256>``."""

    rights = {"get": (Right.FILE_REPORT,), "put": (Right.FILE_REPORT,)}

    @extend_schema(operation_id="mobile_photo_known", responses={200: PhotoShape})
    def get(self, request: Request, sha256: str) -> Response:
        """Whether this user's photo is here, bytes and all; that of others is not told."""
        mine = File.objects.sent_by([signed_in_user(request).pk])
        file = mine.filter(sha256=sha256.replace("\0", "")).first()
        if file is None or spool.lacks_bytes(file):
            raise not_found(_("There is no such photo here. Send it."))
        return Response(PhotoShape(file).data)

    @extend_schema(
        operation_id="mobile_photo",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: PhotoShape, 201: PhotoShape},
    )
    def put(self, request: Request, sha256: str) -> Response:
        """Take a photo in under its own hash; 201 the first time, 200 when it is known."""
        begun, actor = clock.now(), signed_in_user(request)
        declared = request.content_type.partition(";")[0].strip().lower()
        file = receive_photo(
            actor=actor,
            stream=request.stream,
            declared_size=_read_content_length(request),
            declared_sha256=sha256,
            media_type="" if declared in _UNKNOWN_MEDIA_TYPES else declared,
        )
        settle_items_of_photo(sha256=file.sha256)
        new = file.uploaded_by_id == actor.pk and file.uploaded_at >= begun
        return Response(PhotoShape(file).data, status=201 if new else 200)


def _read_content_length(request: Request) -> int:
    """The announced size in bytes; raises Refused 411 without one: a lost line would look like
    the end."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise Refused("length-required", _("Send the Content-Length of the photo."), status=411)
    return int(length)
