"""Settings: where each value comes from, and a wrong one in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from erasmus_assistant.errors import BadSetting
from erasmus_assistant.settings import PREFIX, Settings, load_settings, origins


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `.env`, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv((PREFIX + name).upper(), raising=False)


def test_the_defaults_need_nothing() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.model) == ("127.0.0.1", 7860, "")
    assert settings.corpus.name == "corpus"
    journal = Path(settings.database.get_secret_value())
    assert (journal.parent.parent, journal.parent.name, journal.name) == (
        settings.corpus.parent,
        "data",
        "journal.sqlite3",
    )
    assert set(origins(settings, {}).values()) == {"default"}


def test_command_line_goes_before_environment_and_environment_before_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ERASMUS_PORT=1111\nexport ERASMUS_HOST=0.0.0.0\nERASMUS_THRESHOLD=0.5\n")
    monkeypatch.setenv("ERASMUS_PORT", "2222")
    settings = load_settings(corpus=Path("elsewhere"), index=None)
    assert (settings.port, settings.host, settings.threshold) == (2222, "0.0.0.0", 0.5)
    assert settings.corpus == Path("elsewhere")
    found = origins(settings)
    assert (found["port"], found["host"], found["corpus"], found["index"]) == (
        "environment",
        ".env",
        "command line",
        "default",
    )


def test_a_command_line_value_is_told_as_such_even_where_the_environment_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ERASMUS_CORPUS", "other")
    settings = load_settings(corpus=Path("elsewhere"))
    assert settings.corpus == Path("elsewhere")
    assert origins(settings, given=["corpus"])["corpus"] == "command line"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ERASMUS_PORT", "http"),
        ("ERASMUS_PORT", "0"),
        ("ERASMUS_PORT", "70000"),
        ("ERASMUS_THRESHOLD", "2"),
        ("ERASMUS_MODEL_TIMEOUT", "-1"),
        ("ERASMUS_QUESTION_LIMIT", "1"),
        ("ERASMUS_FEEDBACK", "maybe"),
    ],
)
def test_a_wrong_value_names_the_setting(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=rf"{name} can't be '{value}': .*; correct or unset it") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_every_setting_is_described_and_frozen() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERASMUS_DATABASE", "postgresql://user:secret@host/db")
    settings = load_settings()
    assert "secret" not in repr(settings)
    assert settings.database.get_secret_value().endswith("@host/db")


def test_names_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERASMUS_SOMETHING_ELSE", "1")
    assert load_settings().port == 7860
