"""Python's collector of reference cycles, kept from looking at many objects in vain."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_collector() -> Iterator[None]:
    """Context manager: no cycles are collected in this process; for bounded work that makes none.

    A chunk of rows is some hundred thousand objects that all live until it is written. The
    collector would go through them again and again, which takes half as long as checking them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def leave_out_loaded_objects() -> None:
    """Take all that this process holds now out of every later collection; for a process that serves.

    Modules, models and routes live until its end. To go through them takes 0.2 s, in which a
    request waits; every fiftieth request of lists met one.
    """
    gc.collect()
    gc.freeze()
