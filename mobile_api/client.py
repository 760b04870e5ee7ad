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

DIST = Path(__file__).parent / "pwa" / "dist" / "m"
_YEAR = "public, max-age=31536000, immutable"
_TYPES = {".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}


@require_safe
def client(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """One file of the build; the page itself for the bare address. 404 for all else."""
    file = _built().get(name or "index.html")
    if file is None:
        raise Http404
    packed = file.with_name(f"{file.name}.gz")
    use = "gzip" in request.headers.get("Accept-Encoding", "") and packed.is_file()
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    # The hash in an asset's name stands for its content; the other names are asked for anew.
    caching = _YEAR if name.startswith("assets/") else "no-cache"
    headers: dict[str, Any] = {"Cache-Control": caching, "Content-Security-Policy": _policy()}
    if use:
        headers["Content-Encoding"] = "gzip"
    response = FileResponse(
        (packed if use else file).open("rb"), content_type=kind, headers=headers
    )
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _built() -> dict[str, Path]:
    """What the build made, by address: no path from outside is ever joined to a folder's."""
    files = (file for file in DIST.rglob("*") if file.suffix != ".gz" and file.is_file())
    return {file.relative_to(DIST).as_posix(): file for file in files}


def _policy() -> str:
    """Ourselves only; WebAssembly for the QR reader, pictures from the phone and from storage."""
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
    path("", client, name="client"),
    path("<path:name>", client),
]
