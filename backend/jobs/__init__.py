"""Long work with progress and a result."""

from __future__ import annotations
