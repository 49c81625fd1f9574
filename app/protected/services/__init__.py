"""Use cases of the room. Each asks again whether it is one of the two who acts."""

from app.protected.services.choosing import (
    Decision,
    NotTwoPersons,
    let_two_keep,
    refuse_again,
)
from app.protected.services.copying import (
    NobodyHasAgreed,
    agree_to_copy,
    ask_for_copy,
    hand_out_copy,
)
from app.protected.services.fearing import TooManyFeared, forget_feared, note_feared
from app.protected.services.keeping import (
    TakesNoNew,
    Told,
    correct_household,
    erase_household,
    forget_old,
    note_look,
    register_household,
)
from app.protected.services.meeting import (
    GuideDoesNotFit,
    MetAlready,
    NoPlaceLeft,
    TakesTheOther,
    confirm_guide,
    end_meeting,
    propose_guide,
)

__all__ = [
    "Decision",
    "GuideDoesNotFit",
    "MetAlready",
    "NoPlaceLeft",
    "NobodyHasAgreed",
    "NotTwoPersons",
    "TakesNoNew",
    "TakesTheOther",
    "Told",
    "TooManyFeared",
    "agree_to_copy",
    "ask_for_copy",
    "confirm_guide",
    "correct_household",
    "end_meeting",
    "erase_household",
    "forget_feared",
    "forget_old",
    "hand_out_copy",
    "let_two_keep",
    "note_feared",
    "note_look",
    "propose_guide",
    "refuse_again",
    "register_household",
]
