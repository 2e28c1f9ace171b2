"""The hub's log as lines of JSON: one for each request, one for whatever else is said."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from db.hub.watch import REQUEST


class JsonLines(logging.Formatter):
    """Writes a record as one line. Of an error it tells the class, never the text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, REQUEST, None)
        if fields is not None:
            return orjson.dumps({**line, **fields}).decode()
        line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return orjson.dumps(line, default=str).decode()


def log_json() -> None:
    """Log to the standard error from now on, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
