"""Whether a condition of a request names a tag (RFC 9110 section 8.8.3.2 and 13.1)."""

from __future__ import annotations


def listed(given: str, tag: str, *, weak: bool) -> bool:
    """Whether the header ``given`` is ``*`` or lists ``tag``.

    ``weak`` compares without the mark W/, as If-None-Match wants; If-Match does not.
    """
    tags = [part.strip() for part in given.split(",")]
    if weak:
        tags, tag = [part.removeprefix("W/") for part in tags], tag.removeprefix("W/")
    return tag in tags or "*" in tags
