"""Tests of the REST door."""

from __future__ import annotations
