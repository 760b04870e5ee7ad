"""What the camera wrote about a photo: when, where, which way up. Raw values are kept as well.

Cameras lie by accident: batteries run flat, coordinates overflow. A value that cannot be true is
kept raw as evidence and not believed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from PIL.ExifTags import GPS, IFD, Base

_CHINA = ZoneInfo("Asia/Shanghai")
_FIRST_DIGITAL_YEAR = 1995
"""Clocks that were never set say 1970 or 1980; EXIF 1.0 is of October 1995."""
_LONGEST = 120
_XMP_DEGREES = re.compile(
    r"(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])"
)
_XMP_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_TEXTS = {
    "make": Base.Make,
    "model": Base.Model,
    "software": Base.Software,
    "changed_at": Base.DateTime,
}
_TIMES = {
    "taken_at": Base.DateTimeOriginal,
    "taken_at_fraction": Base.SubsecTimeOriginal,
    "taken_at_offset": Base.OffsetTimeOriginal,
}
_PLACES = {
    "latitude": GPS.GPSLatitude,
    "latitude_ref": GPS.GPSLatitudeRef,
    "longitude": GPS.GPSLongitude,
    "longitude_ref": GPS.GPSLongitudeRef,
    "altitude": GPS.GPSAltitude,
    "date": GPS.GPSDateStamp,
    "time": GPS.GPSTimeStamp,
    "datum": GPS.GPSMapDatum,
    "error_m": GPS.GPSHPositioningError,
}


def read_exif(exif: Any, xmp: Any = None) -> dict[str, Any]:
    """The EXIF values that are kept, read from a Pillow ``Exif``: numbers, short texts and lists, ready for JSON.

    What stands in the XMP packet alone is read there.
    """
    first = {name: exif_value_to_json(exif.get(tag)) for name, tag in _TEXTS.items()}
    details = _exif_directory(exif, IFD.Exif)
    times = {name: exif_value_to_json(details.get(tag)) for name, tag in _TIMES.items()}
    place = _exif_directory(exif, IFD.GPSInfo)
    gps = {name: exif_value_to_json(place.get(tag)) for name, tag in _PLACES.items()}
    found: dict[str, Any] = {k: v for k, v in (first | times).items() if v is not None}
    known = {name: value for name, value in gps.items() if value is not None}
    packet = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else ""
    if "latitude" not in known or "longitude" not in known:
        known |= _read_xmp_place(packet)
    if "taken_at" not in found:
        found |= _read_xmp_time(packet)
    return found | ({"gps": known} if known else {})


def exif_orientation(exif: Any) -> int:
    """EXIF tag 274, or 1 where it is missing or not 1 to 8."""
    value = exif.get(Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _read_xmp_place(packet: str) -> dict[str, Any]:
    """Latitude and longitude as EXIF would have them; in XMP (part 2, 1.2.7.4) ``36,40.125N``."""
    found: dict[str, Any] = {}
    for name, tag in (("latitude", "GPSLatitude"), ("longitude", "GPSLongitude")):
        parts = _XMP_DEGREES.fullmatch(_read_xmp_property(packet, tag))
        if parts is None:
            return {}
        found[name] = [float(part) for part in parts.groups()[:3] if part is not None]
        found[f"{name}_ref"] = parts[4]
    return found


def _read_xmp_time(packet: str) -> dict[str, Any]:
    """When it was taken, as EXIF would have it; in XMP a time of ISO 8601, offset and all."""
    moment = _XMP_TIME.fullmatch(_read_xmp_property(packet, "DateTimeOriginal"))
    if moment is None:
        return {}
    day, clock, offset = moment.groups()
    found = {"taken_at": f"{day.replace('-', ':')} {clock}"}
    return found | ({"taken_at_offset": offset.replace("Z", "+00:00")} if offset else {})


def _read_xmp_property(packet: str, name: str) -> str:
    """A simple property of the ``exif`` namespace, which is written as attribute or as element."""
    found = re.search(rf'exif:{name}(?:\s*=\s*["\']|>)([^<"\']{{1,64}})', packet)
    return found[1].strip() if found else ""


def read_taken_at(facts: Mapping[str, Any], *, now: dt.datetime) -> tuple[dt.datetime | None, str]:
    """When the photo was taken, if that can be believed, and what the camera wrote.

    The time of a change (EXIF tag 306) is none of taking: a program wrote it. Without an offset the clock is taken for China's: the devices are used here. More than a
    day ahead of ``now`` cannot be true.
    """
    raw = str(facts.get("taken_at") or "")
    offset = str(facts.get("taken_at_offset") or "")
    written = f"{raw} {offset}".strip()[:64]
    moment = _parse_moment(raw, offset)
    if moment is None or moment.year < _FIRST_DIGITAL_YEAR or moment > now + dt.timedelta(days=1):
        return None, written
    return moment, written


def read_position(facts: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, WGS-84 as EXIF means it, if they can be believed."""
    gps = facts.get("gps", {})
    latitude = _parse_degrees(gps.get("latitude"), gps.get("latitude_ref"), "S", limit=90)
    longitude = _parse_degrees(gps.get("longitude"), gps.get("longitude_ref"), "W", limit=180)
    if latitude is None or longitude is None:
        return None
    if abs(latitude) < 1e-6 and abs(longitude) < 1e-6:
        return None  # a receiver without a fix writes noughts
    return longitude, latitude


def exif_value_to_json(value: Any) -> Any:
    """A tag's value as JSON can hold it; None for what is unreadable, binary or not finite."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable()).strip()[:_LONGEST] or None
    if isinstance(value, tuple):
        return [exif_value_to_json(part) for part in value[:4]]
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _exif_directory(exif: Any, tag: int) -> Mapping[int, Any]:
    """One directory of the EXIF data; a broken one is returned as empty."""
    try:
        found = exif.get_ifd(tag)
    except (KeyError, ValueError, TypeError, SyntaxError, OSError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _parse_moment(raw: str, offset: str) -> dt.datetime | None:
    try:
        local = dt.datetime.strptime(raw[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=_CHINA)
    except ValueError:
        return None
    try:
        zone = dt.datetime.strptime(offset, "%z").tzinfo
    except ValueError:
        zone = _CHINA
    try:
        return local.replace(tzinfo=zone).astimezone(dt.UTC)
    except OverflowError:
        return None


def _parse_degrees(parts: Any, ref: Any, negative: str, *, limit: int) -> float | None:
    """Degrees of a [degrees, minutes, seconds] list; None where any part cannot be."""
    if not isinstance(parts, list) or not 1 <= len(parts) <= 3:
        return None
    if not all(isinstance(part, float) and part >= 0 for part in parts):
        return None
    if any(part >= 60 for part in parts[1:]):
        return None
    value = float(sum(part / 60**power for power, part in enumerate(parts)))
    if value > limit:
        return None
    return -value if str(ref).upper().startswith(negative) else value
