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
from backend.fieldwork.actions import settle_items_of_photo
from backend.fieldwork.models import Upload
from backend.lib.problems import Refused
from mobile_api.base_views import DeviceView, signed_in_user

TUS_VERSION = "1.0.0"
TUS_EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
PIECE_MEDIA_TYPE = "application/offset+octet-stream"


def _request_header(name: str, kind: Any = str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required)


def _response_header(name: str, kind: Any = str) -> OpenApiParameter:
    """The parameter of the document for a header of every answer that is no problem."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=True, response=True)


_VERSION_HEADERS = [_request_header("Tus-Resumable"), _response_header("Tus-Resumable")]
_PROGRESS_PARAMETERS = [
    *_VERSION_HEADERS,
    _response_header("Upload-Offset", int),
    _response_header("Upload-Expires"),
]
_CHECKSUM_HEADER = _request_header("Upload-Checksum", required=False)


class TusView(DeviceView):
    """What all views of tus share: the version, and methods that stand in a header."""

    rights = dict.fromkeys(("post", "head", "patch", "delete"), (Right.FILE_REPORT,))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the true method from a header, for some networks pass GET and POST only."""
        wanted = request.headers.get("X-HTTP-Method-Override", "").upper()
        if request.method == "POST" and wanted in {"PATCH", "DELETE", "HEAD"}:
            request.method = wanted
        answer = super().dispatch(request, *args, **kwargs)
        if request.method != "OPTIONS":
            answer.headers["Tus-Resumable"] = TUS_VERSION
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse (412) another version of tus, after the sign-in."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS" or request.headers.get("Tus-Resumable") == TUS_VERSION:
            return
        text = _("Send Tus-Resumable: %(version)s.") % {"version": TUS_VERSION}
        raise Refused("tus-version", text, status=412)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the versions that are spoken in a response 412."""
        if response.status_code == 412:
            response.headers["Tus-Version"] = TUS_VERSION
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(exclude=True)
    def options(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        """The versions, extensions and limits of this server."""
        headers = {
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": TUS_EXTENSIONS,
            "Tus-Max-Size": str(settings.PHOTO_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(uploads.ALGORITHMS),
        }
        return Response(status=204, headers=headers)


class UploadsView(TusView):
    """``POST uploads``."""

    @extend_schema(
        operation_id="mobile_upload_create",
        parameters=[
            *_PROGRESS_PARAMETERS,
            _request_header("Upload-Length", int),
            _request_header("Upload-Metadata"),
            _CHECKSUM_HEADER,
            _response_header("Location", OpenApiTypes.URI),
        ],
        request={PIECE_MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={201: None},
    )
    def post(self, request: Request) -> Response:
        """A place for a photo; a body is its beginning."""
        if "Upload-Defer-Length" in request.headers:
            text = _("Say the length of the photo when you begin.")
            raise Refused("upload-length", text, field="Upload-Length", status=400)
        told = _parse_metadata(request.headers.get("Upload-Metadata", ""))
        with_body = _read_media_type(request) == PIECE_MEDIA_TYPE
        checksum = _read_checksum(request)
        upload = uploads.create_upload(
            actor=signed_in_user(request),
            length=_read_number_header(request, "Upload-Length"),
            sha256=told.get("sha256", "").strip().lower(),
            name=told.get("filename", ""),
            media_type=told.get("filetype", ""),
        )
        headers = {
            "Location": request.build_absolute_uri(reverse("mobile-upload", args=[upload.pk]))
        }
        offset = _write_piece(request, upload, 0, checksum) if with_body else 0
        return Response(status=201, headers=headers | _progress_headers(upload, offset))


class UploadView(TusView):
    """``HEAD``, ``PATCH`` and ``DELETE uploads/<uuid>``."""

    @extend_schema(
        operation_id="mobile_upload_stand",
        parameters=[*_PROGRESS_PARAMETERS, _response_header("Upload-Length", int)],
        responses={200: None},
    )
    def head(self, request: Request, upload: uuid.UUID) -> Response:
        """How far an upload is."""
        found = uploads.get_upload(actor=signed_in_user(request), upload=upload)
        offset = uploads.complete_if_whole(found)
        _wake_waiting_items(found)
        headers = {"Upload-Length": str(found.length), "Cache-Control": "no-store"}
        return Response(status=200, headers=headers | _progress_headers(found, offset))

    @extend_schema(
        operation_id="mobile_upload_append",
        parameters=[*_PROGRESS_PARAMETERS, _request_header("Upload-Offset", int), _CHECKSUM_HEADER],
        request={PIECE_MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={204: None},
    )
    def patch(self, request: Request, upload: uuid.UUID) -> Response:
        """The next piece of an upload; what came of a broken one stays."""
        if _read_media_type(request) != PIECE_MEDIA_TYPE:
            text = _("Send the piece as %(type)s.") % {"type": PIECE_MEDIA_TYPE}
            raise Refused("media-type", text, status=415)
        found = uploads.get_upload(actor=signed_in_user(request), upload=upload)
        offset = _write_piece(
            request, found, _read_number_header(request, "Upload-Offset"), _read_checksum(request)
        )
        return Response(status=204, headers=_progress_headers(found, offset))

    @extend_schema(
        operation_id="mobile_upload_end", parameters=_VERSION_HEADERS, responses={204: None}
    )
    def delete(self, request: Request, upload: uuid.UUID) -> Response:
        """Give an upload up."""
        uploads.remove_upload(uploads.get_upload(actor=signed_in_user(request), upload=upload))
        return Response(status=204)


def _write_piece(
    request: Request, upload: Upload, offset: int, checksum: tuple[str, bytes] | None
) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    reached = uploads.append_to_upload(
        upload=upload,
        stream=request.stream,
        offset=offset,
        length=int(length) if length.isascii() and length.isdigit() else None,
        checksum=checksum,
    )
    _wake_waiting_items(upload)
    return reached


def _wake_waiting_items(upload: Upload) -> None:
    """Wake the items that waited for this photo."""
    if upload.file_id is not None:
        settle_items_of_photo(sha256=upload.sha256)


def _progress_headers(upload: Upload, offset: int) -> dict[str, str]:
    expires = http_date(upload.expires_at.timestamp())
    return {"Upload-Offset": str(offset), "Upload-Expires": expires}


def _read_media_type(request: Request) -> str:
    return (request.content_type or "").partition(";")[0].strip().lower()


def _read_number_header(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        said = _("Send %(name)s as a whole number.") % {"name": name}
        raise Refused(name.lower(), said, status=400)
    return int(text)


def _parse_metadata(header: str) -> dict[str, str]:
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


def _read_checksum(request: Request) -> tuple[str, bytes] | None:
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
