"""Errors that the server answers with, worded as the real server words them."""

from typing import NoReturn


class ApiError(Exception):
    """An unsuccessful answer.

    Attributes:
        status: HTTP status, repeated in the body as ``error_code``.
        description: The text that clients see.
        retry_after: Seconds to wait, for status 429.
    """

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.retry_after = retry_after


def refuse(reason: str) -> NoReturn:
    """Raise the 400 error for a reason as TDLib or the backend words it."""
    raise ApiError(400, f"Bad Request: {_uncapitalised(reason)}")


def too_many_requests(retry_after: int) -> ApiError:
    """Return the 429 error of flood control."""
    description = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, description, retry_after=retry_after)


def _uncapitalised(reason: str) -> str:
    # The real server lowers the first letter of a sentence but leaves BACKEND_CODES alone.
    is_code = len(reason) > 1 and (reason[1].isupper() or reason[1] == "_")
    return reason if is_code else reason[:1].lower() + reason[1:]
