"""Fixtures of the tag tests."""

from __future__ import annotations

from tests.tagging.cast import cast

__all__ = ["cast"]
