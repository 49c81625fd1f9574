"""The demo's places, written by hand: names, points to two decimals, postcodes, neighbours."""

from typing import NamedTuple


class Place(NamedTuple):
    """A neighbourhood: WGS 84 degrees to two decimals, and the postcodes of its streets."""

    name: str
    latitude: float
    longitude: float
    postcodes: tuple[str, ...] = ()


ASKER = (
    Place("Asker sentrum", 59.83, 10.43, ("1383", "1384", "1385", "1386", "1387")),
    Place("Billingstad", 59.87, 10.48, ("1396",)),
    Place("Borgen", 59.82, 10.43, ("1388",)),
    Place("Båtstø", 59.72, 10.52, ("3477",)),
    Place("Bødalen", 59.76, 10.46, ("3472",)),
    Place("Filtvet", 59.57, 10.61, ("3480",)),
    Place("Heggedal", 59.79, 10.45, ("1389",)),
    Place("Holmsbu", 59.56, 10.43, ("3484",)),
    Place("Hvalstad", 59.86, 10.46, ("1395",)),
    Place("Hyggen", 59.72, 10.37, ("3442",)),
    Place("Kana", 59.53, 10.48, ("3483",)),
    Place("Klokkarstua", 59.61, 10.46, ("3490",)),
    Place("Nesbru", 59.86, 10.49, ("1394",)),
    Place("Nesøya", 59.87, 10.53, ("1397",)),
    Place("Nærsnes", 59.76, 10.51, ("3478",)),
    Place("Røyken", 59.75, 10.39, ("3440",)),
    Place("Slemmestad", 59.78, 10.50, ("3470",)),
    Place("Spikkestad", 59.74, 10.34, ("3430",)),
    Place("Sætre", 59.68, 10.53, ("3475",)),
    Place("Tofte", 59.54, 10.56, ("3482",)),
    Place("Vettre", 59.83, 10.47, ("1392",)),
    Place("Vollen", 59.80, 10.48, ("1390", "1391")),
    Place("Åros", 59.71, 10.50, ("3474",)),
)
ASKER_NEIGHBOURS = (
    ("Asker sentrum", "Borgen"),
    ("Asker sentrum", "Vettre"),
    ("Asker sentrum", "Hvalstad"),
    ("Billingstad", "Hvalstad"),
    ("Billingstad", "Nesbru"),
    ("Borgen", "Heggedal"),
    ("Båtstø", "Åros"),
    ("Bødalen", "Slemmestad"),
    ("Bødalen", "Røyken"),
    ("Bødalen", "Nærsnes"),
    ("Filtvet", "Tofte"),
    ("Heggedal", "Vollen"),
    ("Holmsbu", "Kana"),
    ("Holmsbu", "Klokkarstua"),
    ("Hvalstad", "Nesbru"),
    ("Hyggen", "Røyken"),
    ("Hyggen", "Spikkestad"),
    ("Kana", "Tofte"),
    ("Klokkarstua", "Sætre"),
    ("Nesbru", "Nesøya"),
    ("Nesbru", "Vettre"),
    ("Nærsnes", "Slemmestad"),
    ("Nærsnes", "Åros"),
    ("Røyken", "Spikkestad"),
    ("Slemmestad", "Vollen"),
    ("Sætre", "Båtstø"),
    ("Vettre", "Vollen"),
)
# The railway, in rough minutes from its end: what staff know better than the distance tells.
ASKER_RAILWAY = {
    "Spikkestad": 0,
    "Røyken": 4,
    "Heggedal": 12,
    "Asker sentrum": 20,
    "Hvalstad": 25,
    "Billingstad": 28,
}
TO_THE_STATION_MINUTES = 8
BAERUM = (
    Place("Bekkestua", 59.92, 10.58, ("1357", "1356")),
    Place("Fornebu", 59.89, 10.62, ("1364", "1360")),
    Place("Kolsås", 59.92, 10.50, ("1352",)),
    Place("Rykkinn", 59.93, 10.48, ("1349", "1348")),
    Place("Sandvika", 59.89, 10.51, ("1337", "1338")),
    Place("Stabekk", 59.91, 10.61, ("1368", "1369")),
    Place("Vøyenenga", 59.91, 10.48, ("1339",)),
)
BAERUM_NEIGHBOURS = (
    ("Bekkestua", "Stabekk"),
    ("Fornebu", "Stabekk"),
    ("Kolsås", "Rykkinn"),
    ("Kolsås", "Vøyenenga"),
    ("Sandvika", "Vøyenenga"),
)
DRAMMEN = (
    Place("Bragernes", 59.75, 10.21, ("3015", "3016", "3017")),
    Place("Fjell", 59.71, 10.23, ("3035",)),
    Place("Konnerud", 59.72, 10.15, ("3031",)),
    Place("Strømsø", 59.73, 10.21, ("3041", "3044")),
)
DRAMMEN_NEIGHBOURS = (("Bragernes", "Strømsø"), ("Fjell", "Strømsø"), ("Konnerud", "Strømsø"))
