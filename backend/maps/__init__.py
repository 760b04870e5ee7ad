"""Door 4: vector tiles and OGC API – Features."""

from __future__ import annotations
