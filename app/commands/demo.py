"""`flask demo`: the demo's municipalities and invented people."""

import click
from flask.cli import with_appcontext


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo."""
