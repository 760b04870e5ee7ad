"""When something was made, from a phone's clock that may be wrong."""

from __future__ import annotations

import datetime as dt

from backend.fieldwork.plausibility_limits import load_limits


def measure_skew(device_now: dt.datetime | None, received_at: dt.datetime) -> float | None:
    """The seconds by which the phone's clock is ahead, if it said its time; transit counts as 0 s."""
    if device_now is None:
        return None
    return round((device_now - received_at).total_seconds(), 3)


def is_possible_moment(moment: dt.datetime | None, received_at: dt.datetime) -> bool:
    """Whether a phone that is set right could have said ``moment``."""
    if moment is None:
        return False
    latest = received_at + load_limits().clock_ahead
    return load_limits().clock_earliest <= moment <= latest


def estimate_moment(
    made_at: dt.datetime | None, skew: float | None, received_at: dt.datetime
) -> dt.datetime:
    """``made_at`` less the skew measured at sending, as far as that can be; never in the future.

    A clock may have been set between making and sending: then the uncorrected time is the better
    one, and where neither can be, the fact is as old as its arrival.
    """
    for moment in (_subtract_skew(made_at, skew), made_at):
        if moment is not None and is_possible_moment(moment, received_at):
            return min(moment, received_at)
    return received_at


def _subtract_skew(made_at: dt.datetime | None, skew: float | None) -> dt.datetime | None:
    try:
        return None if made_at is None else made_at - dt.timedelta(seconds=skew or 0.0)
    except OverflowError:
        return None
