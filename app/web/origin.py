"""Where a request comes from: what a proxy says of that is believed if it is one of ours."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

from app.web.context import settings

Address = IPv4Address | IPv6Address
ONE_HOME = 56  # bits of an IPv6 address that a provider gives to one customer


def network() -> str:
    """Return the network that a visitor comes from: an IPv4 address, or a home's part of IPv6."""
    address = _address()
    if isinstance(address, IPv6Address):
        return str(ip_network((address, ONE_HOME), strict=False))
    return str(address or "unknown")


def _address() -> Address | None:
    """Return the nearest address that is not one of our proxies."""
    trusted = [ip_network(text) for text in settings().TRUSTED_PROXIES.split()]
    said = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    address = None
    for text in (request.remote_addr or "", *reversed(said)):
        try:
            address = _plain(text.strip())
        except ValueError:
            break
        if not any(address in proxies for proxies in trusted):
            break
    return address


def _plain(text: str) -> Address:
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address
