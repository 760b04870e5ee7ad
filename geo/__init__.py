"""Regions, boundaries, tiles and coordinate systems."""

from __future__ import annotations
