"""What the cache holds is JSON: a pickle would run whatever somebody in Redis wrote into it."""

from __future__ import annotations

import json
from typing import Any


class CacheJSON:
    """Values as JSON; a whole number is itself, so that Redis can count with it."""

    def dumps(self, value: Any) -> bytes:
        """The value as stored. Raises TypeError for what JSON has no word for."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """The value again. Raises ValueError for anything else than JSON."""
        return json.loads(data)
