"""``python -m dev <verb>``: the verbs behind the Makefile; see ``dev/verbs.py``."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the bare interpreter may be any
    sys.exit("Python 3.11 or newer is needed; try: make PYTHON=python3.11 run")

from dev import verbs
from dev.console import UserError

try:
    sys.exit(verbs.run_verb(sys.argv[1:]))
except UserError as told:
    sys.exit(f"error: {told}")
