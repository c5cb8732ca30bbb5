"""The four ways in which the exchange says no."""


class Unreadable(Exception):
    """422: the body does not have the shape of a request."""


class Broken(Exception):
    """500 with the body `null`: what some readings answer to a name that does not exist."""


class Refused(Exception):
    """The whole request: `{status: "err", response: text}`."""


class OrderRefused(Exception):
    """One order or cancel of a batch: HTTP 200, status ok, and `{error: text}` among the statuses."""

    def __init__(self, text: str, status: str = "rejected") -> None:
        super().__init__(text)
        self.text, self.status = text, status


class BatchRefused(OrderRefused):
    """Pre-validation: one error for the whole batch; no order of it was ever known."""
