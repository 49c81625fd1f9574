"""`flask places load`: the neighbourhoods, postcodes and ways of the files into the database."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import tenancy
from app.guides.services.pipeline import make_pipeline
from app.municipalities.models import Municipality
from app.municipalities.place_cells import municipality_number
from app.municipalities.place_files import (
    MunicipalityPlaces,
    PlaceFilesWrong,
    read_names,
    read_places,
)
from app.municipalities.queries import list_municipalities
from app.municipalities.services.loading import NameClash, add_municipality, load_places

SHOWN_FAULTS = 50


@click.group("places")
def places() -> None:
    """Neighbourhoods, postcodes and the ways between them."""


@places.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--municipality", "numbers", multiple=True, help="Only this number, e.g. 3203. Repeatable."
)
@click.option("--create", is_flag=True, help="Make the municipalities that are not here yet.")
@with_appcontext
def load(*, folder: Path, numbers: tuple[str, ...], create: bool) -> None:
    """Load the CSV files in FOLDER. Loading again changes nothing that staff have changed.

    Without --municipality, every municipality of this installation that the files have.
    """
    here = _numbers_here()
    wanted = _wanted(numbers, here, create=create)
    try:
        found = read_places(folder, wanted)
        names = read_names(folder) if create else {}
    except PlaceFilesWrong as wrong:
        _show_faults(wrong)
        sys.exit(1)
    absent = sorted((wanted or set()) - set(found))
    for number in absent:
        click.echo(f"{number}: the files have no neighbourhoods of it.")
    clashes = [number for number in sorted(found) if not _load_one(found[number], names)]
    if clashes or not found or (numbers and absent):
        sys.exit(1)


def _numbers_here() -> dict[str, str]:
    """Return today's number of each municipality here, and the one it has in the database."""
    with _open_session() as session:
        rows = list_municipalities(session)
        return {municipality_number(row.number): row.number for row in rows}


def _wanted(numbers: Iterable[str], here: dict[str, str], *, create: bool) -> set[str] | None:
    """Return the numbers to load; None is all that the files have."""
    try:
        asked = {municipality_number(number) for number in numbers}
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
    if (missing := asked - set(here)) and not create:
        raise click.ClickException(
            f"{', '.join(sorted(missing))} is not here yet. Make it with --create."
        )
    if asked:
        return asked
    if not here and not create:
        raise click.ClickException("There is no municipality here yet. Make them with --create.")
    return None if create else set(here)


def _load_one(found: MunicipalityPlaces, names: dict[str, str]) -> bool:
    """Load one municipality in one transaction; return whether it went well."""
    with _open_session() as session:
        here = _find(session, found.number)
        municipality = here or add_municipality(
            session, found.number, names.get(found.number, found.name)
        )
        tenancy.bind(session, municipality.id)
        if here is None:
            make_pipeline(session)  # what most ask of their guides, to begin with
        try:
            report = load_places(session, found)
        except NameClash as clash:
            click.echo(
                f"{found.number} {municipality.name}: nothing loaded. The files have a neighbourhood"
                f" “{clash}”, and so have you, another one. Rename yours and load again.",
                err=True,
            )
            return False
        session.commit()
    click.echo(f"{found.number} {municipality.name}")
    click.echo(f"  neighbourhoods  {report.neighbourhoods}; {report.own_neighbourhoods} your own")
    click.echo(f"  postcodes       {report.postcodes}")
    click.echo(f"  ways            {report.ways}")
    return True


def _find(session: Session, number: str) -> Municipality | None:
    rows = list_municipalities(session)
    return next((row for row in rows if municipality_number(row.number) == number), None)


def _open_session() -> Session:
    session: Session = current_app.extensions["session_factory"]()
    return session


def _show_faults(wrong: PlaceFilesWrong) -> None:
    for fault in wrong.faults[:SHOWN_FAULTS]:
        click.echo(f"{fault.file}, line {fault.line}: {fault.text}", err=True)
    more = len(wrong.faults) - SHOWN_FAULTS
    if more > 0:
        click.echo(f"… and {more} more.", err=True)
    click.echo("Nothing was loaded. Mend the files and load again.", err=True)
