"""Tests of directory."""

from __future__ import annotations
