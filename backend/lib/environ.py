"""Typed readers of the environment. A wrong value stops the start with one line; an empty one is none."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def read_text(name: str, default: str | None = None) -> str:
    """The value of ``name``; raises ImproperlyConfigured when missing without default."""
    value = _find_setting(name)
    if value is None:
        value = default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; see .env.example")
    return value


def read_secret(name: str, least: int) -> str:
    """The value of ``name``; raises ImproperlyConfigured for fewer than ``least`` characters: those are guessed."""
    value = read_text(name)
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} has fewer than {least} characters; make one with: openssl rand -hex 32"
        )
    return value


def read_flag(name: str, *, default: bool) -> bool:
    """The value of ``name`` as a boolean, written 1/0, true/false, yes/no or on/off."""
    raw = _find_setting(name)
    if raw is None:
        return default
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    if raw.lower() not in known:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a yes or a no")
    return known[raw.lower()]


def read_integer(name: str, default: int) -> int:
    """The value of ``name`` as a whole number."""
    raw = _find_setting(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number") from None


def read_list(name: str, default: str = "") -> list[str]:
    """The value of ``name`` as a list, split at commas, without empty members."""
    return [part.strip() for part in read_text(name, default).split(",") if part.strip()]


def read_choices(name: str, choices: tuple[str, ...], default: str = "") -> list[str]:
    """The value of ``name`` as a list, each member of which must be one of ``choices``."""
    found = read_list(name, default)
    if unknown := sorted(set(found) - set(choices)):
        known = ", ".join(choices)
        raise ImproperlyConfigured(f"{name} names {', '.join(unknown)}; there are {known}")
    return list(dict.fromkeys(found))


def read_choice(name: str, choices: tuple[str, ...]) -> str:
    """The value of ``name``, which must be one of ``choices``; the first is the default."""
    raw = read_text(name, choices[0])
    if raw not in choices:
        raise ImproperlyConfigured(f"{name}={raw!r} is none of {', '.join(choices)}")
    return raw


def _find_setting(name: str) -> str | None:
    return os.environ.get(name) or None
