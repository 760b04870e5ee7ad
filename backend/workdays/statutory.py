"""The holidays that the law gives in every year, for years whose arrangement is not published."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import tomllib
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


@functools.cache
def statutory_days_off(year: int) -> dict[dt.date, str]:
    """The days off of ``year`` by the law alone, by name.

    One that falls on a Saturday, a Sunday or another holiday is made up for on the next working
    day (全国年节及纪念日放假办法). What a notice moves to join days is not guessed.
    """
    days: dict[dt.date, str] = {}
    for day, name in statutory_days(year):
        while day in days or day.weekday() >= 5:
            days.setdefault(day, name)
            day += dt.timedelta(days=1)
        days[day] = name
    return days


@functools.cache
def statutory_days(year: int) -> tuple[tuple[dt.date, str], ...]:
    """The statutory holidays of ``year`` as the law names them, in order of the days."""
    versions = sorted(_read_law(), key=lambda version: version["valid_from"], reverse=True)
    begins = dt.date(year, 1, 1)
    law = next((each for each in versions if each["valid_from"] <= begins), versions[-1])
    found = ((_find_day(row, year), row["name"]) for row in law["day"])
    return tuple(sorted((day, name) for day, name in found if day is not None))


def _find_day(row: dict[str, Any], year: int) -> dt.date | None:
    """The day of a row in ``year``; none for a festival beyond the table of festivals."""
    if "festival" not in row:
        return dt.date(year, row["month"], row["day"])
    festival = _read_festivals().get(year)
    if festival is None:
        return None
    return festival[row["festival"]] + dt.timedelta(days=row.get("offset", 0))


@functools.cache
def _read_law() -> list[dict[str, Any]]:
    with (_DATA / "statutory_holidays.toml").open("rb") as file:
        versions: list[dict[str, Any]] = tomllib.load(file)["version"]
    return versions


@functools.cache
def _read_festivals() -> dict[int, dict[str, dt.date]]:
    """By year the days of the festivals that follow the moon or the sun."""
    with (_DATA / "festivals.csv").open(encoding="utf-8") as file:
        return {
            int(row.pop("year")): {name: dt.date.fromisoformat(day) for name, day in row.items()}
            for row in csv.DictReader(file)
        }
