"""The languages people of a guide programme speak: an own table, small enough to read.

Pure: no Flask, no ORM. Written by hand because no library has what we need: Babel lacks
Norwegian names for Dari, Kurmanji, Congo Swahili, the spoken Arabics and sign languages, and
language-tag libraries turn Dari into a kind of Persian.

Codes are ISO 639-1, or ISO 639-3 where 639-1 has no code or one that is too broad to find a
guide by: Dari (prs) apart from Persian (fa), Kurmanji (kmr) apart from Sorani (ckb), the spoken
Arabics (apc, acm, ...) apart from Arabic as taught at school (ar). All of them are also valid
`lang` attributes. Norwegian is one language here, `no`: nobody is matched by written form.

Norwegian names are lower case, as Norwegian writes them; the interface capitalises at the
start of a label.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from babel import Locale

NORWEGIAN = "no"
# What we write ourselves: pages and letters for everybody, and those for families.
WRITTEN = ("nb", "nn", "en")
WRITTEN_TO_FAMILIES = (*WRITTEN, "uk", "ru", "ar")
# No translator has read these yet, and the pages say so.
MACHINE_TRANSLATED = frozenset({"uk", "ru", "ar"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its name in our three interface languages and its own name."""

    code: str
    nb: str
    nn: str
    en: str
    autonym: str
    rtl: bool = False

    def name(self, locale: str) -> str:
        """Return the name in `nb`, `nn` or `en`; any other locale gets English."""
        return {"nb": self.nb, "nn": self.nn, "no": self.nb}.get(_base(locale), self.en)


_ROWS = (
    # The Nordic countries
    Language("no", "norsk", "norsk", "Norwegian", "norsk"),
    Language(
        "nsl", "norsk tegnspråk", "norsk teiknspråk", "Norwegian Sign Language", "norsk tegnspråk"
    ),
    Language("se", "nordsamisk", "nordsamisk", "Northern Sámi", "davvisámegiella"),
    Language("sv", "svensk", "svensk", "Swedish", "svenska"),
    Language("da", "dansk", "dansk", "Danish", "dansk"),
    Language("fi", "finsk", "finsk", "Finnish", "suomi"),
    # Languages many people share
    Language("en", "engelsk", "engelsk", "English", "English"),
    Language("fr", "fransk", "fransk", "French", "français"),
    Language("de", "tysk", "tysk", "German", "Deutsch"),
    Language("es", "spansk", "spansk", "Spanish", "español"),
    Language("pt", "portugisisk", "portugisisk", "Portuguese", "português"),
    Language("it", "italiensk", "italiensk", "Italian", "italiano"),
    # Eastern Europe, the Balkans and the Caucasus
    Language("uk", "ukrainsk", "ukrainsk", "Ukrainian", "українська"),
    Language("ru", "russisk", "russisk", "Russian", "русский"),
    Language("be", "belarusisk", "belarusisk", "Belarusian", "беларуская"),
    Language("pl", "polsk", "polsk", "Polish", "polski"),
    Language("lt", "litauisk", "litauisk", "Lithuanian", "lietuvių"),
    Language("ro", "rumensk", "rumensk", "Romanian", "română"),
    Language("bg", "bulgarsk", "bulgarsk", "Bulgarian", "български"),
    Language("mk", "makedonsk", "makedonsk", "Macedonian", "македонски"),
    Language("sq", "albansk", "albansk", "Albanian", "shqip"),
    Language("bs", "bosnisk", "bosnisk", "Bosnian", "bosanski"),
    Language("hr", "kroatisk", "kroatisk", "Croatian", "hrvatski"),
    Language("sr", "serbisk", "serbisk", "Serbian", "српски"),
    Language("rom", "romani", "romani", "Romani", "romani čhib"),
    Language("hy", "armensk", "armensk", "Armenian", "հայերեն"),
    Language("ka", "georgisk", "georgisk", "Georgian", "ქართული"),
    Language("ce", "tsjetsjensk", "tsjetsjensk", "Chechen", "нохчийн мотт"),
    Language("az", "aserbajdsjansk", "aserbajdsjansk", "Azerbaijani", "azərbaycan dili"),
    Language("tr", "tyrkisk", "tyrkisk", "Turkish", "Türkçe"),
    # The Arabic-speaking world
    Language("ar", "arabisk", "arabisk", "Arabic", "العربية", rtl=True),
    Language(
        "apc", "levantinsk arabisk", "levantinsk arabisk", "Levantine Arabic", "شامي", rtl=True
    ),
    Language("acm", "irakisk arabisk", "irakisk arabisk", "Iraqi Arabic", "عراقي", rtl=True),
    Language("arz", "egyptisk arabisk", "egyptisk arabisk", "Egyptian Arabic", "مصري", rtl=True),
    Language("apd", "sudansk arabisk", "sudansk arabisk", "Sudanese Arabic", "سوداني", rtl=True),
    Language(
        "ary", "marokkansk arabisk", "marokkansk arabisk", "Moroccan Arabic", "الدارجة", rtl=True
    ),
    # Kurdistan, Iran, Afghanistan and Central Asia
    Language("kmr", "kurmanji", "kurmanji", "Kurmanji", "Kurmancî"),
    Language("ckb", "sorani", "sorani", "Sorani", "سۆرانی", rtl=True),
    Language("zza", "zazaisk", "zazaisk", "Zazaki", "Zazakî"),
    Language("aii", "assyrisk", "assyrisk", "Assyrian", "ܣܘܪܝܬ", rtl=True),
    Language("prs", "dari", "dari", "Dari", "دری", rtl=True),
    Language("fa", "persisk (farsi)", "persisk (farsi)", "Persian (Farsi)", "فارسی", rtl=True),
    Language("haz", "hazaragi", "hazaragi", "Hazaragi", "هزارگی", rtl=True),
    Language("ps", "pashto", "pashto", "Pashto", "پښتو", rtl=True),
    Language("tg", "tadsjikisk", "tadsjikisk", "Tajik", "тоҷикӣ"),
    Language("uz", "usbekisk", "usbekisk", "Uzbek", "oʻzbekcha"),
    Language("tk", "turkmensk", "turkmensk", "Turkmen", "türkmençe"),
    Language("ug", "uigurisk", "uigurisk", "Uyghur", "ئۇيغۇرچە", rtl=True),
    # The Horn of Africa and Sudan
    Language("ti", "tigrinja", "tigrinja", "Tigrinya", "ትግርኛ"),
    Language("tig", "tigre", "tigre", "Tigre", "ትግረ"),
    Language("byn", "blin", "blin", "Blin", "ብሊን"),
    Language("ssy", "saho", "saho", "Saho", "Saho"),
    Language("aa", "afar", "afar", "Afar", "Qafar"),
    Language("am", "amharisk", "amharisk", "Amharic", "አማርኛ"),
    Language("om", "oromo", "oromo", "Oromo", "Afaan Oromoo"),
    Language("so", "somali", "somali", "Somali", "Af-Soomaali"),
    Language("din", "dinka", "dinka", "Dinka", "Thuɔŋjäŋ"),
    Language("nus", "nuer", "nuer", "Nuer", "Thok Naath"),
    # Central, East and West Africa
    Language("sw", "swahili", "swahili", "Swahili", "Kiswahili"),
    Language(
        "swc", "kongolesisk swahili", "kongolesisk swahili", "Congo Swahili", "Kiswahili ya Kongo"
    ),
    Language("rw", "kinyarwanda", "kinyarwanda", "Kinyarwanda", "Ikinyarwanda"),
    Language("rn", "kirundi", "kirundi", "Kirundi", "Ikirundi"),
    Language("ln", "lingala", "lingala", "Lingala", "Lingála"),
    Language("lg", "luganda", "luganda", "Luganda", "Luganda"),
    Language("ha", "hausa", "hausa", "Hausa", "Hausa"),
    # South and East Asia
    Language("ur", "urdu", "urdu", "Urdu", "اردو", rtl=True),
    Language("pa", "panjabi", "panjabi", "Punjabi", "ਪੰਜਾਬੀ"),
    Language("hi", "hindi", "hindi", "Hindi", "हिन्दी"),
    Language("bn", "bengali", "bengali", "Bengali", "বাংলা"),
    Language("ta", "tamil", "tamil", "Tamil", "தமிழ்"),
    Language("ne", "nepali", "nepali", "Nepali", "नेपाली"),
    Language("bo", "tibetansk", "tibetansk", "Tibetan", "བོད་སྐད་"),
    Language("my", "burmesisk", "burmesisk", "Burmese", "မြန်မာဘာသာ"),
    Language("rhg", "rohingya", "rohingya", "Rohingya", "Ruáingga"),
    Language("ksw", "karen (s'gaw)", "karen (s'gaw)", "Karen (S'gaw)", "ကညီကျိာ်"),
    Language("cnh", "hakha-chin", "hakha-chin", "Hakha Chin", "Lai holh"),
    Language("cmn", "mandarin", "mandarin", "Mandarin", "普通话"),
    Language("vi", "vietnamesisk", "vietnamesisk", "Vietnamese", "Tiếng Việt"),
    Language("th", "thai", "thai", "Thai", "ไทย"),
    Language("tl", "tagalog", "tagalog", "Tagalog", "Tagalog"),
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({row.code: row for row in _ROWS})

# Shown first, before the searchable rest: the languages refugees in Norway speak most, and the
# bridge language guides have most. Norwegian is not here, forms ask about it by itself.
COMMON: tuple[str, ...] = (
    "en",
    "uk",
    "ru",
    "ar",
    "ti",
    "so",
    "prs",
    "fa",
    "ps",
    "kmr",
    "ckb",
    "tr",
)

_CLOSENESS_ROWS: tuple[tuple[str, str, float], ...] = (
    # Persian in three standards and Hazaragi: one grammar, other words and sounds.
    ("prs", "fa", 0.9),
    ("haz", "prs", 0.85),
    ("fa", "haz", 0.7),
    ("prs", "tg", 0.7),
    ("fa", "tg", 0.65),
    # One dialect continuum, four standards: speakers understand each other without effort.
    ("bs", "hr", 0.95),
    ("bs", "sr", 0.95),
    ("hr", "sr", 0.95),
    ("bg", "mk", 0.7),
    # Kirundi and Kinyarwanda: mutually intelligible, often called two standards of one language.
    ("rn", "rw", 0.9),
    ("sw", "swc", 0.75),
    # School Arabic is nobody's mother tongue, but those who went to school follow it.
    ("apc", "ar", 0.85),
    ("acm", "ar", 0.8),
    ("ar", "arz", 0.85),
    ("apd", "ar", 0.8),
    ("ar", "ary", 0.6),
    # Between the spoken Arabics it thins out with distance; films made Egyptian widely known.
    ("acm", "apc", 0.7),
    ("apc", "arz", 0.75),
    ("apc", "apd", 0.6),
    ("acm", "arz", 0.6),
    ("acm", "apd", 0.55),
    ("apd", "arz", 0.7),
    ("ary", "arz", 0.4),
    # Spoken Hindi and Urdu share grammar and everyday words.
    ("hi", "ur", 0.85),
    ("hi", "pa", 0.4),
    ("pa", "ur", 0.5),
    # Turkic neighbours.
    ("az", "tr", 0.7),
    ("tk", "tr", 0.4),
    ("ug", "uz", 0.5),
    # Scandinavian between grown-up speakers; a person who learns Norwegian needs more help.
    ("no", "sv", 0.7),
    ("da", "no", 0.6),
    ("da", "sv", 0.5),
    ("es", "pt", 0.5),
    ("be", "uk", 0.6),
)

CLOSENESS: Mapping[frozenset[str], float] = MappingProxyType(
    {frozenset((a, b)): degree for a, b, degree in _CLOSENESS_ROWS}
)
"""How well two people get by, each speaking their own language: over 0, under 1; 0 if absent.

The order of magnitude follows what linguistic surveys say about mutual intelligibility, the
figures themselves are our judgement and a starting point for the municipalities to correct.
Three absences are meant. Kurmanji and Sorani: other grammar and other script, speakers need an
interpreter or a third language. Tigrinya and Amharic: one script, two languages. Ukrainian and
Russian: many Ukrainians know Russian well, but that is a second language and for some an
unwelcome one, so people are asked and it is never inferred.
"""

# Sorted after z in Norwegian, in this order; the look-alikes of the neighbours go along.
_NORWEGIAN_TAIL = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}", "ü": "y"})


def closeness(a: str, b: str) -> float:
    """Return how well speakers of `a` and `b` get by: 1.0 for one language, 0.0 if not at all."""
    return 1.0 if a == b else CLOSENESS.get(frozenset((a, b)), 0.0)


def name_in(code: str, locale: str) -> str:
    """Return a language's name in a locale (`nb`, `nn`, `en`, also `nb_NO`).

    A code that has left the table comes back as it is: old rows must still show. Families read
    more languages than the table names all others in: there the library's names stand in, and
    for what it does not know, the language's name for itself.
    """
    language = LANGUAGES.get(code)
    if language is None:
        return code
    if _base(locale) in set(WRITTEN_TO_FAMILIES) - set(WRITTEN):
        return str(Locale.parse(locale).languages.get(code) or language.autonym)
    return language.name(locale)


def listed(parts: Iterable[str], locale: str) -> str:
    """Return parts with a locale's comma between them: Arabic has its own."""
    return ("، " if _base(locale) == "ar" else ", ").join(parts)


def sorted_for(locale: str) -> list[Language]:
    """Return all languages by their name in a locale, æ, ø and å last in Norwegian."""
    return sorted(LANGUAGES.values(), key=lambda language: sort_key(language.name(locale), locale))


def sort_key(text: str, locale: str) -> str:
    """Return what sorts words by a locale's alphabet: æ, ø and å last in Norwegian."""
    text, norwegian = text.casefold(), _base(locale) in {"nb", "nn", "no"}
    return _plain(text.translate(_NORWEGIAN_TAIL) if norwegian else text)


def _base(locale: str) -> str:
    return locale.replace("-", "_").partition("_")[0].lower()


def _plain(text: str) -> str:
    """Drop accents, so that `Sámi` sorts as `Sami`."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
