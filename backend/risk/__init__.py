"""Where the danger is, and why: scores of units, roll-ups by region and by cell."""

from __future__ import annotations
