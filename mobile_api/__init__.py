"""Door 1: what the field client speaks, and the client itself in ``pwa``."""

from __future__ import annotations
