"""The reference rules once more: one pair at a time, from the text, sharing nothing with the package.

People are rows as csv.DictReader gives them, the configuration is what config.json holds.
"""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

Row = Mapping[str, str]


def distance_m(f: Row, g: Row, radius: float) -> int:
    """Haversine, rounded to the nearest metre."""
    lat1, lon1, lat2, lon2 = (
        radians(float(person[key])) for person in (f, g) for key in ("lat", "lon")
    )
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * radius * asin(min(1.0, sqrt(h))))


def codes(text: str) -> set[str]:
    return {code for code in text.split("|") if code}


def shared_slots(f: Row, g: Row) -> int:
    return sum(a == b == "1" for a, b in zip(f["availability"], g["availability"], strict=True))


def limit_m(f: Row, g: Row) -> int:
    return 1000 * min(int(f["max_km"]), int(g["max_km"]))


def broken(f: Row, g: Row, config: Mapping, blocked: set[tuple[str, str]]) -> set[str]:
    """Which of the seven rules do not hold for the pair."""
    minds = "1" in (f["own_municipality_only"], g["own_municipality_only"])
    holds = {
        "language": bool(codes(f["languages"]) & codes(g["languages"])),
        "availability": shared_slots(f, g) >= config["min_overlap_slots"],
        "distance": distance_m(f, g, config["earth_radius_m"]) <= limit_m(f, g),
        "police": not (f["has_minors"] == "1" and g["police_certificate"] == "0"),
        "gender": f["gender_wish"] in ("", g["gender"]),
        "municipality": not minds or f["municipality"] == g["municipality"],
        "blocked": (f["family_id"], g["guide_id"]) not in blocked,
    }
    return {code for code, fine in holds.items() if not fine}


def score(f: Row, g: Row, config: Mapping) -> int:
    w, shared = config["weights"], codes(f["languages"]) & codes(g["languages"])
    if f["mother_tongue"] in shared:
        points = w["language_mother"]
    elif shared - {"en", "no"}:
        points = w["language_other"]
    elif "en" in shared:
        points = w["language_en"]
    else:
        points = w["language_no"]
    limit = limit_m(f, g)
    points += w["distance"] * (limit - distance_m(f, g, config["earth_radius_m"])) // limit
    full = w["availability_full"]
    points += w["availability"] * min(shared_slots(f, g), full) // full
    full = w["interests_full"]
    points += w["interests"] * min(len(codes(f["interests"]) & codes(g["interests"])), full) // full
    years = abs(int(f["age"]) - int(g["age"]))
    points += w["age"] * max(0, w["age_span"] - years) // w["age_span"]
    full = w["waiting_full_days"]
    return points + w["waiting"] * min(int(f["waiting_days"]), full) // full
