"""The use cases of municipalities, one file per subject."""

from app.municipalities.services.changing import (
    NameTaken,
    NeighbourhoodHasParts,
    NeighbourhoodInput,
    NoWayBetween,
    ParentUnfit,
    WayInput,
    add_neighbourhood,
    change_neighbourhood,
    override_link,
)
from app.municipalities.services.loading import LoadReport, load_places
from app.municipalities.services.placing import NEAREST_LIMIT_KM, Placement, place_person
from app.municipalities.services.settings import SettingsInput, change_settings
from app.municipalities.services.turns import take_turn

__all__ = [
    "NEAREST_LIMIT_KM",
    "LoadReport",
    "NameTaken",
    "NeighbourhoodHasParts",
    "NeighbourhoodInput",
    "NoWayBetween",
    "ParentUnfit",
    "Placement",
    "SettingsInput",
    "WayInput",
    "add_neighbourhood",
    "change_neighbourhood",
    "change_settings",
    "load_places",
    "override_link",
    "place_person",
    "take_turn",
]
