"""When something was made, from a phone's clock that may be wrong."""

from __future__ import annotations

import datetime as dt

from backend.fieldwork.limits import limits


def skew_of(device_now: dt.datetime | None, received_at: dt.datetime) -> float | None:
    """Seconds by which the phone is ahead, if it said its time. The way here counts as nought."""
    if device_now is None:
        return None
    return round((device_now - received_at).total_seconds(), 3)


def can_be(moment: dt.datetime | None, received_at: dt.datetime) -> bool:
    """Whether a phone that is set right could have said ``moment``."""
    if moment is None:
        return False
    latest = received_at + limits().clock_ahead
    return limits().clock_earliest <= moment <= latest


def believed(
    made_at: dt.datetime | None, skew: float | None, received_at: dt.datetime
) -> dt.datetime:
    """``made_at`` less the skew measured at sending, as far as that can be; never in the future.

    A clock may have been set between making and sending: then the uncorrected time is the better
    one, and where neither can be, the fact is as old as its arrival.
    """
    for moment in (_less(made_at, skew), made_at):
        if moment is not None and can_be(moment, received_at):
            return min(moment, received_at)
    return received_at


def _less(made_at: dt.datetime | None, skew: float | None) -> dt.datetime | None:
    try:
        return None if made_at is None else made_at - dt.timedelta(seconds=skew or 0.0)
    except OverflowError:
        return None
