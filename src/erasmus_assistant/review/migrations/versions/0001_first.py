"""The first tables, and the triggers that keep the audit trail growing only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("asked", sa.DateTime, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("answerer", sa.String(120), nullable=False),
        sa.Column("build", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("helpful", sa.Boolean),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(24)),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("wants_second", sa.Boolean, nullable=False),
    )
    for name, columns in (
        ("answer_queue", ["urgency", "asked", "id"]),
        ("answer_asked", ["asked"]),
        ("answer_day", ["day", "outcome", "language"]),
        ("answer_session", ["session", "asked"]),
        ("answer_verdict", ["verdict"]),
    ):
        op.create_index(name, "answer", columns)
    op.create_table(
        "verdict",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("answer_id", sa.String(64), sa.ForeignKey("answer.id", ondelete="CASCADE"), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("passages", sa.JSON, nullable=False),
        sa.Column("corrected", sa.Text, nullable=False),
        sa.Column("build", sa.String(64), nullable=False),
    )
    op.create_index("ix_verdict_answer_id", "verdict", ["answer_id"])
    op.create_table(
        "audit",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("made", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "pin",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("citations", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided", sa.DateTime),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_pin_answer_id", "pin", ["answer_id"])
    op.create_index("ix_pin_state", "pin", ["state"])
    op.create_table(
        "account",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("last_visit", sa.DateTime),
        sa.Column("this_visit", sa.DateTime),
    )
    op.create_table(
        "login",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), sa.ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("began", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_attempt_name", "attempt", ["name"])
    op.create_index("ix_attempt_at", "attempt", ["at"])
    op.create_table(
        "salt",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    _protect()


def _protect() -> None:
    """Neither the audit trail nor a verdict can be changed; the trail can't be deleted either."""
    protected = (("audit", "UPDATE"), ("audit", "DELETE"), ("verdict", "UPDATE"))
    if op.get_bind().dialect.name == "sqlite":
        for table, what in protected:
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the table {table} only grows'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the table % only grows', TG_TABLE_NAME; END $$"
    )
    for table, what in protected:
        op.execute(
            f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_grows()"
        )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION only_grows()"
    )


def downgrade() -> None:
    raise NotImplementedError("the journal only grows; restore a backup instead")
