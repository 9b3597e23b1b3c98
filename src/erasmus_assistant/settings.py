"""Every setting, in one place: `ERASMUS_*` environment variables and `.env`; values only, nothing is built here."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from erasmus_assistant.errors import BadSetting

PREFIX = "ERASMUS_"
_ROOT = Path(__file__).resolve().parents[2]


def _beside(name: str) -> Path:
    """A folder of the clone when run from one, else of the working folder."""
    return _ROOT / name if (_ROOT / "pyproject.toml").is_file() else Path(name)


class Settings(BaseSettings):
    """The settings in force; see each field's description."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    corpus: Path = Field(default_factory=lambda: _beside("corpus"), description="folder of documents")
    index: Path = Field(default_factory=lambda: _beside("index"), description="folder of index builds")
    encoder: str = Field("", description="sentence-transformers model, by folder or hub name; empty: the shipped one")
    reranker: str = Field("", description="cross-encoder for the best passages, by folder or hub name; empty: none")
    threshold: float = Field(-1.0, ge=-1, le=1, description="confidence below which it abstains; -1: the tuned one")
    host: str = Field("127.0.0.1", description="address that the app listens on")
    port: int = Field(7860, ge=1, le=65535, description="port that the app listens on")
    question_limit: int = Field(2000, ge=10, le=20000, description="longest question, in characters")
    rate_limit: int = Field(60, ge=1, description="questions a minute that one client may ask")
    model: str = Field("", description="language model as provider:name; empty: none")
    model_url: str = Field("", description="base address of an OpenAI-compatible server")
    model_timeout: float = Field(30.0, gt=0, le=600, description="seconds until the model's answer is given up")
    model_tokens_in: int = Field(6000, ge=200, description="most tokens sent to the model a question")
    model_tokens_out: int = Field(600, ge=50, description="most tokens asked of the model a question")
    model_daily_tokens: int = Field(0, ge=0, description="tokens a day over which no model is asked; 0: no limit")
    database: SecretStr = Field(
        default_factory=lambda: SecretStr(str(_beside("data") / "journal.sqlite3")),
        description="journal, as the path of an SQLite file or an SQLAlchemy URL; `off` or empty: no journal",
    )
    journal_retention_days: int = Field(90, ge=1, description="days after which journal rows are deleted")
    feedback: bool = Field(True, description="whether the chat offers feedback")


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment and `.env`; `overrides` (from the command line) win."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(f"{name} can't be {first.get('input')!r}: {first['msg']}; correct or unset it") from None


def origins(
    settings: Settings, environment: Mapping[str, str] | None = None, given: Collection[str] = ()
) -> dict[str, str]:
    """Where each value came from: command line (the names `given`), environment, .env, or default."""
    environment = os.environ if environment is None else environment
    held = {name.upper() for name in environment}
    dotenv = _names_in(Path(".env"))
    found = {}
    for name in type(settings).model_fields:
        key = (PREFIX + name).upper()
        if name in given:
            found[name] = "command line"
        elif key in held:
            found[name] = "environment"
        elif key in dotenv:
            found[name] = ".env"
        else:
            found[name] = "command line" if name in settings.model_fields_set else "default"
    return found


def _names_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return {line.partition("=")[0].strip().removeprefix("export ").upper() for line in lines if "=" in line}
