"""Typed readers of the environment. A wrong value stops the start with one line."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; raises ImproperlyConfigured when missing without default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; see .env.example")
    return value


def secret(name: str, least: int) -> str:
    """The value of ``name``, of at least ``least`` characters: shorter ones are guessed."""
    value = text(name)
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} has fewer than {least} characters; make one with: openssl rand -hex 32"
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """``name`` as a boolean written 1/0, true/false, yes/no or on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    if raw.lower() not in known:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a yes or a no")
    return known[raw.lower()]


def whole(name: str, default: int) -> int:
    """``name`` as a whole number."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number") from None


def words(name: str, default: str = "") -> list[str]:
    """``name`` as a comma-separated list without empty members."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """``name`` as one of ``choices``, of which the first is the default."""
    raw = os.environ.get(name, choices[0])
    if raw not in choices:
        raise ImproperlyConfigured(f"{name}={raw!r} is none of {', '.join(choices)}")
    return raw
