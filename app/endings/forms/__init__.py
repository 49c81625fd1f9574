"""Forms of the room, and the words of its lists: importing them registers the labels."""

from app.endings.forms import labels
from app.endings.forms.for_families import FamilyQuestions, tap_choices
from app.endings.forms.questions import GuideQuestions, shown_answers
from app.endings.forms.wishes import GuideWishForm, StaffWishForm, TransferForm

__all__ = [
    "FamilyQuestions",
    "GuideQuestions",
    "GuideWishForm",
    "StaffWishForm",
    "TransferForm",
    "labels",
    "shown_answers",
    "tap_choices",
]
