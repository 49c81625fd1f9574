from flask import Blueprint

bp = Blueprint("guides", __name__, url_prefix="/<municipality>")
