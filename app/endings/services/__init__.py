"""The use cases of endings."""

from app.endings.services.answering import NothingAnswered, Taps, answer_by_link, make_family_link
from app.endings.services.deciding import FamilyUndecided, GuideKnowsPlan, GuideUnnamed
from app.endings.services.ending import end_now_or_later, end_planned_matches, tell_guide
from app.endings.services.letters import Pages
from app.endings.services.moving import (
    MeetsAfterMove,
    Moving,
    MovingDayOutOfPlace,
    TransferPending,
    close_transfer,
    let_old_go,
)
from app.endings.services.stopping import stop_as_guide
from app.endings.services.wishing import (
    DayOutOfPlace,
    EndIsPlanned,
    NotAWishOfGuides,
    Wish,
    note_talk,
    say_wish,
    take_back_wish,
)

__all__ = [
    "DayOutOfPlace",
    "EndIsPlanned",
    "FamilyUndecided",
    "GuideKnowsPlan",
    "GuideUnnamed",
    "MeetsAfterMove",
    "Moving",
    "MovingDayOutOfPlace",
    "NotAWishOfGuides",
    "NothingAnswered",
    "Pages",
    "Taps",
    "TransferPending",
    "Wish",
    "answer_by_link",
    "close_transfer",
    "end_now_or_later",
    "end_planned_matches",
    "let_old_go",
    "make_family_link",
    "note_talk",
    "say_wish",
    "stop_as_guide",
    "take_back_wish",
    "tell_guide",
]
