"""Points as PostGIS reads them, for writers that need no geometry of their own to write one."""

from __future__ import annotations


def format_point(longitude: float, latitude: float) -> str:
    """The point at these degrees of WGS-84 as EWKT, exact to the last bit."""
    return f"SRID=4326;POINT ({longitude!r} {latitude!r})"
