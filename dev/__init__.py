"""Tooling of the checkout: private services, bootstrap, and the verbs behind ``make``.

Runs on a bare Python (3.11 or newer) without any package, so that it can build ``.venv`` itself.
"""

from __future__ import annotations
