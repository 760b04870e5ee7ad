"""Tests of field work."""

from __future__ import annotations
