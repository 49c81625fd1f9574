"""Which languages two sides share, and how well they can talk in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.matching.config import PERCENT, MatchingConfig
from app.matching.types import HIGHEST_LEVEL, FamilyProfile, GuideProfile, LanguageSkill

NORWEGIAN = "no"
_WRITTEN_NORWEGIAN = frozenset({"nb", "nn", "nob", "nno", "nor"})

# Two people, two directions: what each says has to be understood by the other.
FULL_UNDERSTANDING = 2 * HIGHEST_LEVEL


@dataclass(frozen=True, slots=True)
class SharedLanguage:
    """A way to talk: the family's language, the guide's (the same or a close one), how well.

    `understanding` is 0 to 8: what the guide says and the family understands, 0 to 4, plus
    the other direction, 0 to 4. `closeness` is in percent, 100 for the same language.
    """

    family_code: str
    guide_code: str
    understanding: int
    closeness: int
    mother_tongue: bool

    @property
    def same(self) -> bool:
        """Whether both speak the very same language, not a close one."""
        return self.family_code == self.guide_code

    @property
    def level(self) -> int:
        """The level, 0 to 4, at which they can talk."""
        return self.understanding * self.closeness // (2 * PERCENT)

    def share(self, config: MatchingConfig) -> tuple[int, int]:
        """Return how much of the language term this gives, as a fraction (part, whole)."""
        spoken = (PERCENT - config.mother_tongue_percent) * self.understanding * self.closeness
        bonus = config.mother_tongue_percent if self.mother_tongue else 0
        full = PERCENT * FULL_UNDERSTANDING
        return spoken + bonus * full, PERCENT * full


def one_norwegian(code: str) -> str:
    """Return the code with the written forms of Norwegian as one language."""
    return NORWEGIAN if code in _WRITTEN_NORWEGIAN else code


def skills_by_code(languages: Iterable[LanguageSkill]) -> dict[str, LanguageSkill]:
    """Return one skill per language; a language told twice counts at its best."""
    skills: dict[str, LanguageSkill] = {}
    for skill in languages:
        code = one_norwegian(skill.code)
        known = skills.get(code, LanguageSkill(code, 0, 0))
        skills[code] = LanguageSkill(
            code, max(skill.understands, known.understands), max(skill.speaks, known.speaks)
        )
    return skills


def shared_languages(
    family: FamilyProfile, guide: GuideProfile, config: MatchingConfig
) -> tuple[SharedLanguage, ...]:
    """Return the ways the two can talk, best first.

    A language the family finds unacceptable never counts, neither as its own, nor as the
    guide's close to another one. A way that does not reach level 1 is none.
    """
    refused = {one_norwegian(code) for code in family.unacceptable_languages}
    theirs = _allowed(family.languages, refused)
    guides = _allowed(guide.languages, refused)
    ways = []
    for own in theirs:
        for other in guides:
            same = own.code == other.code
            near = 1.0 if same else config.closeness.get(frozenset((own.code, other.code)), 0.0)
            way = _way(own, other, round(PERCENT * near))
            if way.level >= 1:
                ways.append(way)
    return tuple(sorted(ways, key=lambda way: _best_first(way, config)))


def _allowed(languages: Iterable[LanguageSkill], refused: set[str]) -> list[LanguageSkill]:
    return [skill for code, skill in skills_by_code(languages).items() if code not in refused]


def _way(own: LanguageSkill, other: LanguageSkill, closeness: int) -> SharedLanguage:
    heard = min(own.understands, other.speaks)
    said = min(own.speaks, other.understands)
    native = max(own.understands, own.speaks) == HIGHEST_LEVEL
    return SharedLanguage(
        family_code=own.code,
        guide_code=other.code,
        understanding=heard + said,
        closeness=closeness,
        mother_tongue=native and own.code == other.code,
    )


def _best_first(way: SharedLanguage, config: MatchingConfig) -> tuple[int, int, str, str]:
    part, _ = way.share(config)
    return (-part, -way.closeness, way.family_code, way.guide_code)


def norwegian_to_practise(family: FamilyProfile, guide: GuideProfile) -> int:
    """Return how well the guide speaks Norwegian, 0 to 4, if the family wants to practise."""
    refused = {one_norwegian(code) for code in family.unacceptable_languages}
    if not family.wants_norwegian_practice or NORWEGIAN in refused:
        return 0
    skill = skills_by_code(guide.languages).get(NORWEGIAN)
    return skill.speaks if skill else 0
