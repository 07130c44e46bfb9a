"""What an error of an OpenAI-compatible provider means for us: later, never, or outcome unknown."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import httpx2
import openai

from ytempire.kit.errors import OutcomeUnknown, PermanentError, RetryableError

T = TypeVar("T")


async def translate_openai_errors(call: Awaitable[T]) -> T:
    """Await a provider call; its errors become ours. Messages are the provider's, never its headers or keys."""
    try:
        return await call
    except openai.RateLimitError as error:
        if error.code == "insufficient_quota":
            raise PermanentError(
                "The provider says that the account has no credit left.", hint="Top it up, then retry the run."
            ) from error
        raise RetryableError("The provider asks to slow down.", after_s=_retry_after(error)) from error
    except openai.AuthenticationError as error:
        raise PermanentError("The provider does not accept the key.", hint="Check the configured API key.") from error
    except openai.InternalServerError as error:
        raise RetryableError(
            f"The provider failed with status {error.status_code}.", after_s=_retry_after(error)
        ) from error
    except openai.APIStatusError as error:
        raise PermanentError(
            f"The provider refused the call with status {error.status_code}: {error.message}",
            hint="Check the configured address and model.",
        ) from error
    except openai.APITimeoutError as error:
        raise OutcomeUnknown("The provider did not answer in time; the call may have been served.") from error
    except openai.APIConnectionError as error:
        # refused before anything was sent, or broken off after: only the first is certainly free
        if _never_sent(error):
            raise RetryableError("The provider cannot be reached.") from error
        raise OutcomeUnknown("The connection to the provider broke; the call may have been served.") from error


def _never_sent(error: openai.APIConnectionError) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _retry_after(error: openai.APIStatusError) -> float | None:
    value = error.response.headers.get("retry-after", "")
    return float(value) if value.replace(".", "", 1).isdigit() else None
