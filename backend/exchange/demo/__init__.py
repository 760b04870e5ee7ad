"""A believable province for demonstrations and measurements: nothing in it exists."""

from __future__ import annotations
