"""Indexes that hold all that a count or a filter needs: a row has tens of kilobytes of trace behind it."""

from alembic import op

revision = "0002"
down_revision = "0001"

_FACTS = ["asked", "day", "language", "section", "outcome", "verdict", "helpful", "urgency"]


def upgrade() -> None:
    for name in ("answer_asked", "answer_day", "answer_verdict"):
        op.drop_index(name, "answer")
    op.create_index("answer_facts", "answer", _FACTS)
    op.create_index("answer_verdict", "answer", ["verdict", "urgency", "asked", "id"])
