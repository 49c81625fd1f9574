"""What waits to be done, read with the same eyes on both databases."""

import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

STATEMENTS = {
    "sqlite": "SELECT task, arguments FROM job WHERE done_at IS NULL AND NOT dead ORDER BY made_at",
    "postgresql": "SELECT task_name, args FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " ORDER BY id",
}


def list_jobs(session: Session) -> list[tuple[str, dict]]:
    connection = session.connection()
    rows = connection.execute(sa.text(STATEMENTS[connection.dialect.name])).all()
    return [(task, json.loads(a) if isinstance(a, str) else a) for task, a in rows]
