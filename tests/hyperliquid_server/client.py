"""Requests as any program would send them."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

JSON = "application/json"


@dataclass(frozen=True)
class Client:
    url: str

    def send(
        self, path: str, body: Any = None, *, method: str = "POST", content_type: str = JSON, timeout_s: float = 10
    ) -> tuple[int, str]:
        """Status and body. Raises ConnectionError where the connection breaks, TimeoutError where it waits."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=timeout_s)
        try:
            connection.request(method, path, json.dumps(body), {"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def exchange(self, body: Any, **options: Any) -> Any:
        return json.loads(self.send("/exchange", body, **options)[1])

    def info(self, kind: str, **fields: Any) -> Any:
        return json.loads(self.send("/info", {"type": kind} | fields)[1])
