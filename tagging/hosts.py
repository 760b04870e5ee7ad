"""Whether the address on a label leads to us: a true code under another's address is a forgery's."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from tagging.codes import host_of


def foreign_host(raw: str) -> str:
    """The host that a scanned address names, when no label of ours names it; else empty.

    Ours are that of ``PUBLIC_BASE_URL`` and, for labels outlive host names, ``FORMER_LABEL_HOSTS``.
    """
    host = host_of(raw)
    ours = {urlsplit(settings.PUBLIC_BASE_URL).hostname, *settings.FORMER_LABEL_HOSTS}
    return "" if host in ours else host
