"""What the person at the terminal is told: lines of progress, or one clear error and the end."""

from __future__ import annotations

import sys


class UserError(Exception):
    """A condition the person can mend; its text is the whole explanation and names the remedy."""


def print_progress(text: str) -> None:
    """One line of progress, on the error stream, so that ``python -m dev env`` stays parseable."""
    print(f"==> {text}", file=sys.stderr, flush=True)
