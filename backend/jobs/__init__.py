"""Long work in the background, such as imports and sheets of labels: its progress, its result, who ordered it."""

from __future__ import annotations
