"""Addresses of our maps as a reader has to ask for them, behind whatever prefix we are reached at."""

from __future__ import annotations

from rest_framework.request import Request


def full_address(request: Request, path: str) -> str:
    """The address of ``path`` with host and prefix (``URL_PREFIX``)."""
    prefix = str(request.META.get("SCRIPT_NAME", "")).rstrip("/")
    return request.build_absolute_uri(f"{prefix}{path}")
