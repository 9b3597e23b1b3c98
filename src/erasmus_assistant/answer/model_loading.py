"""The chat model that the settings name, through LangChain; a missing package or key is told in one line."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from erasmus_assistant.errors import BadSetting
from erasmus_assistant.settings import Settings

EXTRAS = ("openai", "anthropic", "mistralai", "ollama")
_FIXED_BYTES = 256 * 1024
_BYTES_A_TOKEN = 2048


class LimitedTransport(httpx.AsyncBaseTransport):
    """Sends requests, and breaks off a response after `most` bytes or one that is compressed."""

    def __init__(self, most: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._most, self._transport = most, transport or httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        response = await self._transport.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.ReadError("a compressed response was sent, though none was asked for", request=request)
        response.stream = _Limited(response.stream, self._most, request)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Limited(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int, request: httpx.Request) -> None:
        self._stream, self._left, self._request = stream, most, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            self._left -= len(data)
            if self._left < 0:
                raise httpx.ReadError("the response is too large", request=self._request)
            yield data

    async def aclose(self) -> None:
        await self._stream.aclose()


def load_model(settings: Settings) -> tuple[BaseChatModel, str]:
    """The model and its name as "provider:name".

    Raises BadSetting naming the pip command where the provider's package is missing, or what else is wrong.
    """
    provider, _, name = settings.model.partition(":")
    if settings.model_url and not name:
        provider, name = "openai", settings.model or "default"
    if not name or (settings.model_url and provider != "openai"):
        wanted = "openai:name, since ERASMUS_MODEL_URL is set" if settings.model_url else "provider:name"
        raise BadSetting(f"ERASMUS_MODEL can't be {settings.model!r}: it must be {wanted}")
    try:
        model = init_chat_model(name, model_provider=provider, **_options(provider, settings))
    except (ImportError, AttributeError):  # a missing langchain-ollama is an AttributeError
        raise BadSetting(
            f"ERASMUS_MODEL={settings.model}: the package for {provider!r} is missing; {_install(provider)}"
        ) from None
    except Exception as error:  # each provider's client has errors of its own for a missing key or a bad value
        raise BadSetting(f"ERASMUS_MODEL={settings.model} can't be used: {_first_line(error)}") from None
    if provider == "mistralai":
        _limit_mistral(model, settings)
    return model, f"{provider}:{name}"


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """What the provider's client is called with; each has its own words for the same limits."""
    tokens, seconds = settings.model_tokens_out, settings.model_timeout
    if provider == "ollama":
        # Ollama cuts a prompt that is longer than its context, rules first, and says nothing.
        limits = {"num_predict": tokens, "num_ctx": settings.model_tokens_in + tokens, "temperature": 0}
        client = {"timeout": seconds, "transport": _transport(settings)}
        return {**limits, "client_kwargs": {"timeout": seconds}, "async_client_kwargs": client}
    if provider not in EXTRAS:
        return {"max_tokens": tokens}
    options: dict[str, Any] = {"max_tokens": tokens, "timeout": seconds, "max_retries": 0}
    if provider == "openai":
        options["http_async_client"] = httpx.AsyncClient(transport=_transport(settings), timeout=seconds)
    if settings.model_url:
        key = os.environ.get("OPENAI_API_KEY") or "none"
        options |= {"base_url": settings.model_url, "api_key": key, "temperature": 0, "use_responses_api": False}
    return options


def _limit_mistral(model: Any, settings: Settings) -> None:
    """Puts the same client over our transport. Anthropic's takes none: there, time and tokens alone are the limits."""
    held: httpx.AsyncClient = model.async_client
    model.async_client = httpx.AsyncClient(
        base_url=held.base_url, headers=held.headers, timeout=held.timeout, transport=_transport(settings)
    )


def _transport(settings: Settings) -> LimitedTransport:
    return LimitedTransport(_FIXED_BYTES + _BYTES_A_TOKEN * settings.model_tokens_out)


def _install(provider: str) -> str:
    if provider in EXTRAS:
        return f'install it with: pip install ".[{provider}]"'
    return f"install it with: pip install langchain-{provider.replace('_', '-')}"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
