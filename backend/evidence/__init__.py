"""Files that prove something, photos and scans: taken in from strangers, verified, stored, shown."""

from __future__ import annotations
