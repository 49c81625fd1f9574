from flask import Blueprint

from app.courses.services import CoursePages
from app.web.links import absolute_url

bp = Blueprint("courses", __name__, url_prefix="/<municipality>")


def course_pages() -> CoursePages:
    """Return where links in letters lead."""
    return CoursePages(
        own=absolute_url("courses.own"),
        by_link=lambda token: absolute_url("courses.by_link", token=token),
    )
