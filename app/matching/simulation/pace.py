"""How often families and guides are put together."""

from enum import StrEnum


class Pace(StrEnum):
    """How often families and guides are put together."""

    ON_ARRIVAL = "on_arrival"  # whoever waits longest takes the best guide there is
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    @property
    def days(self) -> int:
        """How many days lie between two rounds."""
        return {Pace.WEEKLY: 7, Pace.MONTHLY: 30}.get(self, 1)
