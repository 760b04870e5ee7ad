"""What a browser may load and do on our pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from backend.web.base_map import tile_origins

_PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"
_API_DOCS_PATHS = ("/api/docs", "/api/redoc")
"""Swagger UI and ReDoc start from inline scripts; nothing of ours does."""


class SecurityHeadersMiddleware:
    """Adds the content security policy, and that nothing is kept, unless the view has said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", build_content_security_policy(request.path_info)
        )
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        # What may be kept says so: files, map tiles. All else is about people or about now.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def build_content_security_policy(path: str) -> str:
    """The content security policy for ``path``: ourselves, photos from object storage, and the
    base map that was chosen."""
    rules = {
        "default-src": "'self'",
        "img-src": f"'self' data: blob: {_storage_origin()}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    if path.startswith("/risk/") and (others := " ".join(tile_origins())):
        rules |= {
            "connect-src": f"'self' {others}",
            "img-src": f"{rules['img-src']} {others}",
        }
    if path.startswith(_API_DOCS_PATHS):
        rules |= {
            "script-src": "'self' 'unsafe-inline'",
            "style-src": "'self' 'unsafe-inline'",
            "worker-src": "'self' blob:",
        }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _storage_origin() -> str:
    """The origin that presigned addresses of photos point to."""
    parts = urlsplit(settings.S3_PUBLIC_ENDPOINT_URL)
    return f"{parts.scheme}://{parts.netloc}"
