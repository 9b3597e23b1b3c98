"""Sessions are conversations now, and an answer given with low confidence comes before a refusal.

The sessions of earlier rows were named by the client's address, which a whole office may share: they are
kept, marked, so that they can be deleted by their name but are never shown as one conversation.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("UPDATE answer SET session = 'client-' || session WHERE session <> ''")
    op.execute(
        "UPDATE answer SET urgency = CASE WHEN urgency = 55 THEN 70 WHEN urgency = 50 THEN 40 "
        "WHEN urgency < 50 THEN urgency + 10 ELSE urgency END WHERE urgency BETWEEN 40 AND 55"
    )
