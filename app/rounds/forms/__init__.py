"""Forms of the room, and the words for what a round says."""

from app.rounds.forms.answers import CLEAR, PIN, VETO, AdoptForm, ChoiceForm
from app.rounds.forms.changes import change_phrase, change_reason
from app.rounds.forms.names import FamilyLine, GuideLine, Names, Outcome
from app.rounds.forms.needs import recruit_phrase
from app.rounds.forms.prices import Cost, cost_words
from app.rounds.forms.waiting import Because, KeptPair, idle_words, kept_pairs, waiting_words

__all__ = [
    "CLEAR",
    "PIN",
    "VETO",
    "AdoptForm",
    "Because",
    "ChoiceForm",
    "Cost",
    "FamilyLine",
    "GuideLine",
    "KeptPair",
    "Names",
    "Outcome",
    "change_phrase",
    "change_reason",
    "cost_words",
    "idle_words",
    "kept_pairs",
    "recruit_phrase",
    "waiting_words",
]
