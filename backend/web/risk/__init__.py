"""What the page of the risk map asks and shows; its scripts stand in ``backend/web/client``."""

from __future__ import annotations
