"""Keep the catalogues in step with the texts in the source: `catalogues.py check|update nb nn uk`.

`check` fails on a text that is missing, empty, fuzzy, no longer used or has lost a placeholder.
`update` adds the new texts, to be translated, and drops the unused ones. The files hold no date
and no line number, so that they change only when a text does.

Languages that only families are written to hold the texts of `FAMILY_SOURCES`, and no others.
"""

import subprocess
import sys
import tempfile
from copy import deepcopy
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = ("_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2")
# What a family may come to read: its pages with all that stands around them, letters, papers.
FAMILY_SOURCES = (
    "templates/for_families/*",
    "templates/layouts/base.html",
    "templates/components/fields.html",
    "templates/components/form.html",
    "templates/components/page.html",
    "templates/errors/error.html",
    "templates/email/family_*.txt",
    "templates/email/letter.txt",
    "app/matches/forms/agreement.py",
    "app/endings/forms/for_families.py",
    "app/matches/forms/own_answers.py",
    "app/matches/forms/passing_on.py",
    "app/matches/forms/told.py",
    "app/privacy/forms/notices_for_families.py",
    "app/wording.py",
)
FOR_EVERYBODY = ("nb", "nn")
HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def texts_in_source() -> Catalog:
    """Return every text marked for translation under app/ and templates/."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
        # From the root: with folders as arguments the patterns match nothing, silently.
        options = ["-q", "extract", "-F", "pyproject.toml", *keywords, "-o", str(template), "."]
        subprocess.run([Path(sys.executable).parent / "pybabel", *options], cwd=ROOT, check=True)
        with template.open("rb") as file:
            return read_po(file)


def texts_for(locale: str, source: Catalog) -> Catalog:
    """Return the texts that a language must have: all of them, or those that families read."""
    if locale in FOR_EVERYBODY:
        return source
    ours = Catalog(locale=locale)
    for text in source:
        files = [file for file, _line in text.locations]
        if text.id and any(fnmatch(file, wanted) for file in files for wanted in FAMILY_SOURCES):
            ours.add(text.id, locations=text.locations, context=text.context, flags=text.flags)
    return ours


def path_of(locale: str) -> Path:
    return ROOT / "app" / "translations" / locale / "LC_MESSAGES" / "messages.po"


def read_catalogue(locale: str) -> Catalog:
    if not path_of(locale).exists():
        return Catalog(locale=locale)
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale)


def write_catalogue(locale: str, catalogue: Catalog) -> None:
    for message in catalogue:
        message.auto_comments, message.locations = [], []
    body = BytesIO()
    write_po(body, catalogue, omit_header=True, sort_output=True, ignore_obsolete=True, width=100)
    header = HEADER.format(locale=locale, plurals=catalogue.plural_forms)
    path_of(locale).parent.mkdir(parents=True, exist_ok=True)
    path_of(locale).write_text(header + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def update(locale: str, source: Catalog) -> None:
    """Add the new texts and drop the unused ones. Nothing is guessed from a similar text."""
    catalogue = read_catalogue(locale)
    catalogue.update(deepcopy(texts_for(locale, source)), no_fuzzy_matching=True)
    write_catalogue(locale, catalogue)


def problems_of(message: Message | None) -> list[str]:
    if message is None:
        return ["missing"]
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    if not all(strings):
        return ["not translated"]
    return ["fuzzy"] * message.fuzzy + [str(error) for error in message.check()]


def problems(locale: str, source: Catalog) -> list[str]:
    """Return a line for each text that is wrong in the catalogue."""
    catalogue, source = read_catalogue(locale), texts_for(locale, source)
    found = [
        f"{locale}: {problem}: {text.id!r}"
        for text in source
        if text.id
        for problem in problems_of(catalogue.get(text.id, text.context))
    ]
    used = {(text.id, text.context) for text in source}
    unused = [text.id for text in catalogue if text.id and (text.id, text.context) not in used]
    return found + [f"{locale}: not used any more: {text!r}" for text in unused]


def main(task: str, locales: list[str]) -> int:
    source = texts_in_source()
    if task == "update":
        for locale in locales:
            update(locale, source)
    found = [line for locale in locales for line in problems(locale, source)]
    print("\n".join([*found[:100], f"{len(source)} texts, {len(found)} problems in {locales}."]))
    return 1 if found and task == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
