"""OGC API – Features: the register for GIS programs, under the same predicate as everything."""

from __future__ import annotations
