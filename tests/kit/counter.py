"""Counts the HTTP requests on their way to servers of any kind: nodes, exchanges."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from aiohttp import ClientError, ClientSession, web

from tests.kit.serving import broken, serving

_LARGEST_BODY = 2**26
_SESSION = web.AppKey("session", ClientSession)


class Counter:
    """Of all the servers that it stands in front of, together."""

    def __init__(self) -> None:
        self.trips = 0

    @contextmanager
    def before(self, upstream: str) -> Iterator[str]:
        """Yields the URL to ask instead. A connection that breaks behind it breaks in front of it, too."""
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.cleanup_ctx.append(_session)
        app.router.add_post("/{path:.*}", self._to(upstream))
        with serving(app) as url:
            yield url

    def _to(self, upstream: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.trips += 1
            body, kind = await request.read(), {"Content-Type": request.content_type}
            try:
                async with request.app[_SESSION].post(upstream + request.path, data=body, headers=kind) as reply:
                    answer = await reply.read()
                    return web.Response(status=reply.status, body=answer, content_type=reply.content_type)
            except ClientError:
                return broken(request)

        return handle


async def _session(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession() as session:
        app[_SESSION] = session
        yield
