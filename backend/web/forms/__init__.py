"""The forms of the clerk's pages, one module a thing that is filled in."""

from __future__ import annotations
