"""Object storage, and short-lived addresses of what lies there."""

from __future__ import annotations
