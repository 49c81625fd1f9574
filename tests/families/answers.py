"""What a caseworker fills in about one household, as a browser posts it."""

OPEN_ADDRESS = {"address_status": "open", "contact_is_adult": "y", "said_yes": "y"}
TOKEN = "a-token-of-a-form-that-was-opened-once"


def answers(**changes) -> dict[str, object]:
    """Return the whole form as posted; None leaves a field out."""
    posted = OPEN_ADDRESS | {
        "once_token": TOKEN,
        "informed_by": "Refugee service, with interpreter",
        "informed_on": "2026-02-20",
        "consented_on": "2026-02-21",
        "contact_name": "Letebrhan",
        "contact_way": "sms",
        "contact_phone": "900 00 303",
        "contact_email": "",
        "contact_gender": "woman",
        "household_size": "4",
        "children_0_2": "",
        "children_3_5": "1",
        "children_6_12": "2",
        "children_13_17": "",
        "lang-count": "3",
        "lang-0-code": "ti",
        "lang-0-understands": "4",
        "lang-0-speaks": "4",
        "lang-1-code": "am",
        "lang-1-unacceptable": "y",
        "wants_norwegian_practice": "y",
        "neighbourhood": "",
        "availability": ["1-2", "5-0"],
        "rhythm": "weekly",
        "max_travel_minutes": "30",
        "interests": ["cooking", "music"],
        "gender_wish": "woman",
        "age_wish": "45-59",
        "no_pets": "y",
        "occupation": "care",
        "reference": "F-2026-014",
        "settled_on": "2026-01-10",
        "settlement_category": "asylum",
        "counts_against_quota": "by_category",
        "priority": "1",
        "note": "Third floor, no lift.",
    }
    return {name: value for name, value in (posted | changes).items() if value is not None}
