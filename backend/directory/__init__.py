"""Authorities, enterprises, inspection bodies and people, and who looked at what is personal."""

from __future__ import annotations
