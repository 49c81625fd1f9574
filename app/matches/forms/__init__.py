"""Forms of the room, and the words of its lists: importing them registers the labels."""

from app.matches.forms import labels
from app.matches.forms.aftermath import what_follows
from app.matches.forms.agreement import agreement_paper
from app.matches.forms.answers import (
    AnswerForm,
    FamilyQuestionForm,
    NoteForm,
    StepForm,
    StopForm,
)
from app.matches.forms.explanations import (
    HIGHEST_SCORE,
    Told,
    family_languages,
    family_told_to_guide,
    guide_offers,
    household_words,
    language_not_read,
    no_language_in_common,
    rule_summary,
    rule_words,
    tell,
    unacceptable_languages,
)
from app.matches.forms.own_answers import NO, YES, OwnAnswerForm
from app.matches.forms.paper import Paper, paper_for
from app.matches.forms.passing_on import passages
from app.matches.forms.starting import MeetingForm, PlaceForm, SignaturesForm, TermsForm
from app.matches.forms.told import guide_languages, guide_told_to_family

__all__ = [
    "HIGHEST_SCORE",
    "NO",
    "YES",
    "AnswerForm",
    "FamilyQuestionForm",
    "MeetingForm",
    "NoteForm",
    "OwnAnswerForm",
    "Paper",
    "PlaceForm",
    "SignaturesForm",
    "StepForm",
    "StopForm",
    "TermsForm",
    "Told",
    "agreement_paper",
    "family_languages",
    "family_told_to_guide",
    "guide_languages",
    "guide_offers",
    "guide_told_to_family",
    "household_words",
    "labels",
    "language_not_read",
    "no_language_in_common",
    "paper_for",
    "passages",
    "rule_summary",
    "rule_words",
    "tell",
    "unacceptable_languages",
    "what_follows",
]
