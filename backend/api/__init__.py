"""Door 2: REST under /api/v1 for programs, with its OpenAPI document."""

from __future__ import annotations
