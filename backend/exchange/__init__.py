"""Tables in and data out: imports of registers, mappings of their columns, the demonstration."""

from __future__ import annotations
