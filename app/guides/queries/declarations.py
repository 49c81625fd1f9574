"""The declaration of confidentiality: the text that is signed now, and those before it."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.guides.models import Declaration, GuideStep, StepCode

OURS = Path(__file__).resolve().parents[1] / "declaration"
LOCALES = ("nb", "nn", "en")
FIRST_VERSION = 1


class Text(NamedTuple):
    """The declaration that is signed now. Before a municipality has its own, it is ours."""

    version: int
    texts: Mapping[str, str]
    is_ours: bool = False

    def in_language(self, locale: str) -> str:
        """Return the text in a language, bokmål for one that it is not written in."""
        return self.texts.get(locale, self.texts["nb"])


@cache
def our_texts() -> Mapping[str, str]:
    """Return the text that a municipality begins with, in each language."""
    return {code: (OURS / f"{code}.txt").read_text("utf-8").strip() for code in LOCALES}


def find_declaration(session: Session) -> Declaration | None:
    """Return the newest version that the municipality keeps."""
    return session.scalar(select(Declaration).order_by(Declaration.version.desc()).limit(1))


def current_text(session: Session) -> Text:
    """Return what is signed now."""
    newest = find_declaration(session)
    if newest is None:
        return Text(FIRST_VERSION, our_texts(), is_ours=True)
    return as_text(newest)


def as_text(row: Declaration) -> Text:
    """Return a version in the three languages it was published in."""
    return Text(row.version, {"nb": row.text_nb, "nn": row.text_nn, "en": row.text_en})


def list_declarations(session: Session) -> Sequence[Declaration]:
    """Return all versions, the newest first, with who published them."""
    options = joinedload(Declaration.published_by)
    return session.scalars(
        select(Declaration).options(options).order_by(Declaration.version.desc())
    ).all()


def get_declaration(session: Session, declaration_id: uuid.UUID) -> Declaration:
    """Return one version, or raise NotFound."""
    row = session.scalar(select(Declaration).where(Declaration.id == declaration_id))
    if row is None:
        raise NotFound(f"declaration {declaration_id}")
    return row


def count_signatures(session: Session) -> Mapping[int, int]:
    """Return how many guides have signed each version."""
    statement = (
        select(GuideStep.version, func.count(GuideStep.id))
        .where(GuideStep.code == StepCode.DECLARATION)
        .group_by(GuideStep.version)
    )
    return dict(session.execute(statement).all())


def counts_from() -> ScalarSelect[int]:
    """Return the oldest version whose signature still counts."""
    asked = select(func.coalesce(func.max(Declaration.version), 0)).where(Declaration.asked_anew)
    return asked.scalar_subquery()
