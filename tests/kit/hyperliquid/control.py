"""The Exchange's own methods for another process: POST /control/<method> with its arguments as JSON.

    drive(url, "set_mark", coin="ETH", price="2100")

Amounts are strings, there and back.
"""

import asyncio
import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aiohttp import web
from pydantic import ValidationError, validate_call

from tests.kit.hyperliquid.exchange import Exchange

_DEADLINE_S = 30


class ControlError(Exception):
    """Says what the exchange did not understand or could not do."""


def commands() -> dict[str, Callable[..., Any]]:
    """Each with its arguments: the public methods of an Exchange."""
    methods = inspect.getmembers(Exchange, inspect.isfunction)
    return {name: method for name, method in methods if not name.startswith("_")} | {
        "now_ms": lambda self: self.now_ms
    }


class Control:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._commands = {name: validate_call(method) for name, method in commands().items()}

    async def handle(self, request: web.Request) -> web.Response:
        command = self._commands.get(request.match_info["command"])
        if command is None:
            return _said(404, f"no command {request.match_info['command']}: there are {', '.join(self._commands)}")
        try:
            arguments = json.loads(await request.read() or b"{}")
            answer = await asyncio.to_thread(command, self._exchange, **arguments)
        except (ValidationError, TypeError, ValueError, KeyError) as error:
            return _said(400, f"{type(error).__name__}: {error}")
        return web.json_response(text=json.dumps(answer, default=_plain))


def drive(url: str, command: str, **arguments: Any) -> Any:
    """The answer, with amounts as strings. Raises ControlError."""
    body = json.dumps(arguments, default=_plain).encode()
    request = Request(f"{url}/control/{command}", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    try:
        with urlopen(request, timeout=_DEADLINE_S) as answer:  # noqa: S310
            return json.loads(answer.read())
    except HTTPError as error:
        raise ControlError(error.read().decode()) from None


def _said(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text)


def _plain(given: object) -> Any:
    if is_dataclass(given) and not isinstance(given, type):
        return asdict(given)
    if isinstance(given, Decimal):
        return str(given)
    raise TypeError(f"{type(given).__name__} has no JSON")
