"""Numbers that name devices, papers, units and people: one module per number, text in, parts out."""

from __future__ import annotations
