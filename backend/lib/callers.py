"""Who calls, by the network: the one reading of addresses, for limits, logs and scans."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of the caller, behind as many proxies of ours as ``NUM_PROXIES`` says.

    Each proxy adds whom it heard at the end of ``X-Forwarded-For``; what stands before that the
    caller may have made up.
    """
    told = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.NUM_PROXIES
    if proxies:
        heard = [*_forwarded_addresses(request), told]
        told = heard[max(0, len(heard) - 1 - proxies)]
    return told


def caller_key(address: str) -> str:
    """The key under which an address is counted: itself, or its /64, which one caller of IPv6 has alone."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def _forwarded_addresses(request: HttpRequest) -> list[str]:
    said = str(request.META.get("HTTP_X_FORWARDED_FOR") or "")
    return [part.strip() for part in said.split(",") if part.strip()]
