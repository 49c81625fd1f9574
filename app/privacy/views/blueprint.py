from flask import Blueprint

# The page for everybody about privacy is /<municipality>/privacy; this is where it is worked with.
bp = Blueprint("privacy", __name__, url_prefix="/<municipality>/data-protection")
