"""Tests of shape."""

from __future__ import annotations
