"""What the settings of police certificates show of matches: they do not know this room."""

from app.certificates.models import CertificateTask
from app.matches.queries.uncleared import count_pairs_without
from app.matches.views.blueprint import bp
from app.web.context import current_session


@bp.app_template_global()
def pairs_without_certificate(task: str) -> int:
    """Return how many pairs that meet a demand for a task would concern."""
    return count_pairs_without(current_session(), CertificateTask(task))
