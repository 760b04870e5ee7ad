"""Serves the built field client at ``/m/``: a page, hashed assets, and its service worker."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

BUILD_FOLDER = Path(__file__).parent / "pwa" / "dist" / "m"
_CACHE_A_YEAR = "public, max-age=31536000, immutable"
_MEDIA_TYPES = {".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}


@require_safe
def client_file(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """The response with one file of the build; the page itself for the bare address. 404 for all
    else."""
    file = _list_built_files().get(name or "index.html")
    if file is None:
        raise Http404
    packed = file.with_name(f"{file.name}.gz")
    use = "gzip" in request.headers.get("Accept-Encoding", "") and packed.is_file()
    kind = _MEDIA_TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    # The hash in an asset's name stands for its content; the other names are asked for anew.
    caching = _CACHE_A_YEAR if name.startswith("assets/") else "no-cache"
    headers: dict[str, Any] = {
        "Cache-Control": caching,
        "Content-Security-Policy": _build_content_security_policy(),
    }
    if use:
        headers["Content-Encoding"] = "gzip"
    response = FileResponse(
        (packed if use else file).open("rb"), content_type=kind, headers=headers
    )
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _list_built_files() -> dict[str, Path]:
    """The files that the build made, by address: no path from outside is ever joined to a
    folder's."""
    files = (file for file in BUILD_FOLDER.rglob("*") if file.suffix != ".gz" and file.is_file())
    return {file.relative_to(BUILD_FOLDER).as_posix(): file for file in files}


def _build_content_security_policy() -> str:
    """The policy: ourselves only; WebAssembly for the QR reader, pictures from the phone and
    from storage."""
    parts = urlsplit(settings.S3_PUBLIC_ENDPOINT_URL)
    storage = f"{parts.scheme}://{parts.netloc}"
    rules = {
        "default-src": "'self'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "connect-src": "'self'",
        "img-src": f"'self' blob: {storage}",
        "media-src": "'self' blob:",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


urlpatterns: list[URLPattern] = [
    path("", client_file, name="client"),
    path("<path:name>", client_file),
]
