"""Door 3: pages for people, rendered by the server."""

from __future__ import annotations
