"""One module a layer: what it may be asked for, and its query."""

from __future__ import annotations
