"""Tests of the maps' door."""

from __future__ import annotations
