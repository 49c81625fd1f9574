"""Kartverket's open address register as a geopy geocoder. Free, no key, CC BY 4.0."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from geopy.adapters import AdapterHTTPError, URLLibAdapter
from geopy.exc import GeocoderParseError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

_PATH = "/adresser/v1/sok"
_WGS_84 = "4258"  # EPSG code of ETRS89 degrees, WGS 84 for our purpose


class _NoRedirects(HTTPRedirectHandler):
    """Makes a redirect an error: whoever it points to would learn what was asked."""

    def redirect_request(self, *_answer: Any, **_more: Any) -> None:
        return None


class _SilentAdapter(URLLibAdapter):
    """The plain adapter of urllib, with nothing of the answer in errors or in geopy's log.

    An error page may repeat the question, and the question is somebody's address.
    """

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        https = HTTPSHandler(context=ssl_context)
        self.urlopen = build_opener(https, ProxyHandler(proxies), _NoRedirects).open

    def get_text(self, url: str, *, timeout: float | None, headers: dict[str, str]) -> str:
        try:
            return str(super().get_text(url, timeout=timeout, headers=headers))
        except AdapterHTTPError as error:
            raise AdapterHTTPError(
                f"status {error.status_code}",
                status_code=error.status_code,
                headers=error.headers,
                text=None,
            ) from None

    def get_json(self, url: str, *, timeout: float | None, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except ValueError:
            raise GeocoderParseError("the answer is not JSON") from None


class KartverketGeocoder(Geocoder):
    """Asks `ws.geonorge.no`. Raises geopy's exceptions; `AddressLocator` deals with them.

    The adapter is urllib's on purpose: with `requests` installed geopy would choose that one,
    which retries and sleeps out `Retry-After` inside the request of somebody who waits.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        domain: str = "ws.geonorge.no",
        scheme: str = "https",
        timeout: float = 5.0,
    ) -> None:
        super().__init__(
            scheme=scheme, timeout=timeout, user_agent=user_agent, adapter_factory=_SilentAdapter
        )
        self._url = f"{self.scheme}://{domain}{_PATH}"

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,
        municipality_number: str | None = None,
        limit: int = 8,
    ) -> Any:
        """Return the best `Location` for an address, a list of them, or None if unknown.

        Spelling may be a little off (`fuzzy`). With a municipality number only its addresses
        are looked through.
        """
        question = {
            "sok": query,
            "fuzzy": "true",
            "treffPerSide": "1" if exactly_one else str(limit),
            "utkoordsys": _WGS_84,
        }
        if municipality_number:
            question["kommunenummer"] = municipality_number
        parse = partial(_parse, exactly_one=exactly_one)
        return self._call_geocoder(f"{self._url}?{urlencode(question)}", parse, timeout=timeout)


def _parse(answer: Any, *, exactly_one: bool) -> Any:
    try:
        found = [_location(row) for row in answer["adresser"]]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise GeocoderParseError("the answer has another form than agreed") from None
    if not found:
        return None
    return found[0] if exactly_one else found


def _location(row: dict[str, Any]) -> Location:
    point = row["representasjonspunkt"]
    address = f"{row['adressetekst']}, {row['postnummer']} {row['poststed'].title()}"
    return Location(address, (float(point["lat"]), float(point["lon"])), row)
