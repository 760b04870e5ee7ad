"""Log lines as JSON, one object a line, for programs that collect them."""

from __future__ import annotations

import datetime as dt
import json
import logging


class JSONFormatter(logging.Formatter):
    """Time, level, logger, message, the request it belongs to, and the error if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what has no place in JSON is told as text."""
        told = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "correlation_id", None),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
