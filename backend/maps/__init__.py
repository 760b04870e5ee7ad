"""The door for maps: vector tiles and OGC API Features."""

from __future__ import annotations
