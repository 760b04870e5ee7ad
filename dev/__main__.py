"""``python -m dev <verb>``: the verbs behind the Makefile; see ``dev/verbs.py``."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the bare interpreter may be any
    sys.exit("Python 3.11 or newer is needed; try: make PYTHON=python3.11 run")

from dev import verbs
from dev.told import Told

try:
    sys.exit(verbs.main(sys.argv[1:]))
except Told as told:
    sys.exit(f"error: {told}")
