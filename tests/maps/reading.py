"""Reads a vector tile by the published format, with nothing of ours."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

Feature = dict[str, Any]


def layers(content: bytes) -> dict[str, list[Feature]]:
    """The features of each layer: ``id``, properties, and ``at`` (the first position)."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    return dict(_layer(part) for field, part in _fields(content) if field == 3)


def _layer(data: bytes) -> tuple[str, list[Feature]]:
    parts = list(_fields(data))
    keys = [part.decode() for field, part in parts if field == 3]
    values = [_value(part) for field, part in parts if field == 4]
    name = next(part for field, part in parts if field == 1).decode()
    return name, [_feature(part, keys, values) for field, part in parts if field == 2]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    found: Feature = {}
    for field, part in _fields(data):
        if field == 1:
            found["id"] = part
        elif field == 2:
            tags = list(_varints(part))
            found |= {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        elif field == 4:
            found["at"] = _first_position(part)
    return found


def _first_position(part: bytes) -> tuple[int, int]:
    _command, x, y = list(_varints(part))[:3]
    return (x >> 1) ^ -(x & 1), (y >> 1) ^ -(y & 1)


def _value(data: bytes) -> Any:
    field, part = next(_fields(data))
    if field == 1:
        return part.decode()
    if field == 6:
        return (part >> 1) ^ -(part & 1)
    return bool(part) if field == 7 else part


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        size, kind = 0, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}[kind]
        yield key >> 3, data[at : at + size]
        at += size


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if not byte & 128:
            return value, at
