"""How long traces of people are kept, by dated rules, and the removal of what is older."""

from __future__ import annotations
