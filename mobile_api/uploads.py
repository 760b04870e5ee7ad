"""tus 1.0: photos that survive a cut line. See https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import base64
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.rights import Right
from backend.fieldwork import uploads
from backend.fieldwork.actions import photo_arrived
from backend.fieldwork.models import Upload
from backend.lib.problems import Refused
from mobile_api.doors import DeviceView, actor_of

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
OFFSET_STREAM = "application/offset+octet-stream"


def _header(name: str, kind: Any = str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required)


def _told(name: str, kind: Any = str) -> OpenApiParameter:
    """A header of every answer that is no problem."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=True, response=True)


_RESUMABLE = [_header("Tus-Resumable"), _told("Tus-Resumable")]
_STAND = [*_RESUMABLE, _told("Upload-Offset", int), _told("Upload-Expires")]
_CHECKSUM = _header("Upload-Checksum", required=False)


class TusView(DeviceView):
    """What all tus answers share."""

    rights = dict.fromkeys(("post", "head", "patch", "delete"), (Right.FILE_REPORT,))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Some networks pass GET and POST only: the true method may stand in a header."""
        wanted = request.headers.get("X-HTTP-Method-Override", "").upper()
        if request.method == "POST" and wanted in {"PATCH", "DELETE", "HEAD"}:
            request.method = wanted
        answer = super().dispatch(request, *args, **kwargs)
        if request.method != "OPTIONS":
            answer.headers["Tus-Resumable"] = VERSION
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the sign-in: the version (412 for another)."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == VERSION:
            return
        text = _("Send Tus-Resumable: %(version)s.") % {"version": VERSION}
        raise Refused("tus-version", text, status=412)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """412 names the versions that are spoken."""
        if response.status_code == 412:
            response.headers["Tus-Version"] = VERSION
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(exclude=True)
    def options(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        """What this server can."""
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.PHOTO_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(uploads.ALGORITHMS),
        }
        return Response(status=204, headers=headers)


class UploadsView(TusView):
    """``POST uploads``."""

    @extend_schema(
        operation_id="mobile_upload_create",
        parameters=[
            *_STAND,
            _header("Upload-Length", int),
            _header("Upload-Metadata"),
            _CHECKSUM,
            _told("Location", OpenApiTypes.URI),
        ],
        request={OFFSET_STREAM: OpenApiTypes.BINARY},
        responses={201: None},
    )
    def post(self, request: Request) -> Response:
        """A place for a photo; a body is its beginning."""
        if "Upload-Defer-Length" in request.headers:
            text = _("Say the length of the photo when you begin.")
            raise Refused("upload-length", text, field="Upload-Length", status=400)
        told = _metadata(request.headers.get("Upload-Metadata", ""))
        with_body = _media_type(request) == OFFSET_STREAM
        checksum = _checksum(request)
        upload = uploads.create(
            actor=actor_of(request),
            length=_number(request, "Upload-Length"),
            sha256=told.get("sha256", "").strip().lower(),
            name=told.get("filename", ""),
            media_type=told.get("filetype", ""),
        )
        headers = {
            "Location": request.build_absolute_uri(reverse("mobile-upload", args=[upload.pk]))
        }
        offset = _write(request, upload, 0, checksum) if with_body else 0
        return Response(status=201, headers=headers | _stand(upload, offset))


class UploadView(TusView):
    """``HEAD``, ``PATCH`` and ``DELETE uploads/<uuid>``."""

    @extend_schema(
        operation_id="mobile_upload_stand",
        parameters=[*_STAND, _told("Upload-Length", int)],
        responses={200: None},
    )
    def head(self, request: Request, upload: uuid.UUID) -> Response:
        """How far an upload is."""
        found = uploads.find(actor=actor_of(request), upload=upload)
        offset = uploads.catch_up(found)
        _tell(found)
        headers = {"Upload-Length": str(found.length), "Cache-Control": "no-store"}
        return Response(status=200, headers=headers | _stand(found, offset))

    @extend_schema(
        operation_id="mobile_upload_append",
        parameters=[*_STAND, _header("Upload-Offset", int), _CHECKSUM],
        request={OFFSET_STREAM: OpenApiTypes.BINARY},
        responses={204: None},
    )
    def patch(self, request: Request, upload: uuid.UUID) -> Response:
        """The next piece of an upload; what came of a broken one stays."""
        if _media_type(request) != OFFSET_STREAM:
            text = _("Send the piece as %(type)s.") % {"type": OFFSET_STREAM}
            raise Refused("media-type", text, status=415)
        found = uploads.find(actor=actor_of(request), upload=upload)
        offset = _write(request, found, _number(request, "Upload-Offset"), _checksum(request))
        return Response(status=204, headers=_stand(found, offset))

    @extend_schema(operation_id="mobile_upload_end", parameters=_RESUMABLE, responses={204: None})
    def delete(self, request: Request, upload: uuid.UUID) -> Response:
        """Give an upload up."""
        uploads.remove(uploads.find(actor=actor_of(request), upload=upload))
        return Response(status=204)


def _write(
    request: Request, upload: Upload, offset: int, checksum: tuple[str, bytes] | None
) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    reached = uploads.write(
        upload=upload,
        stream=request.stream,
        offset=offset,
        length=int(length) if length.isascii() and length.isdigit() else None,
        checksum=checksum,
    )
    _tell(upload)
    return reached


def _tell(upload: Upload) -> None:
    """Wake the items that waited for this photo."""
    if upload.file_id is not None:
        photo_arrived(sha256=upload.sha256)


def _stand(upload: Upload, offset: int) -> dict[str, str]:
    expires = http_date(upload.expires_at.timestamp())
    return {"Upload-Offset": str(offset), "Upload-Expires": expires}


def _media_type(request: Request) -> str:
    return (request.content_type or "").partition(";")[0].strip().lower()


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        said = _("Send %(name)s as a whole number.") % {"name": name}
        raise Refused(name.lower(), said, status=400)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """Pairs of key and Base64 value; some clients send the header empty."""
    told = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except ValueError:
            text = _("Upload-Metadata holds keys, each with its value in Base64.")
            raise Refused("upload-metadata", text, status=400) from None
    return told


def _checksum(request: Request) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        expected = base64.b64decode(value, validate=True)
    except ValueError:  # also for letters that are no ASCII
        expected = b""
    if algorithm not in uploads.ALGORITHMS or not expected:
        known = ", ".join(uploads.ALGORITHMS)
        text = _("Send the checksum by one of %(known)s, in Base64.") % {"known": known}
        raise Refused("checksum-unknown", text, status=400)
    return algorithm, expected
