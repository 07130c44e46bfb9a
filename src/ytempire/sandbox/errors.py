"""Errors in Google's words. Bodies as recorded from the real service where we have a recording."""

from __future__ import annotations

from typing import Any

QUOTA_MESSAGE = (
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">'
    "quota</a>."
)
QUERY_NOT_SUPPORTED = (
    "The query is not supported. Check the documentation at"
    " https://developers.google.com/youtube/analytics/v2/available_reports for a list of supported queries."
)


class ApiError(Exception):
    """An answer that says no, as Google's APIs say it."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        location_type: str = "parameter",
        headers: dict[str, str] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location, self.location_type = location, location_type
        self.headers = headers or {}
        self.name = name

    def body(self) -> dict[str, Any]:
        detail: dict[str, str] = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            detail |= {"location": self.location, "locationType": self.location_type}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [detail]}
        if self.name:
            error["status"] = self.name
        return {"error": error}


def quota_exceeded() -> ApiError:
    return ApiError(403, "quotaExceeded", QUOTA_MESSAGE, domain="youtube.quota")


def upload_limit_exceeded() -> ApiError:
    message = "The user has exceeded the number of videos they may upload."
    return ApiError(400, "uploadLimitExceeded", message, domain="youtube.video")


def uploads_per_day(project: str) -> ApiError:
    return ApiError(
        429,
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service"
        f" 'youtube.googleapis.com' for consumer 'project_number:{project}'.",
    )


def invalid_credentials() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
        " authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        location="Authorization",
        location_type="header",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
        name="UNAUTHENTICATED",
    )


def insufficient_scopes(scopes: list[str]) -> ApiError:
    wanted = " ".join(scopes)
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        headers={
            "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope",'
            f' scope="{wanted}"'
        },
        name="PERMISSION_DENIED",
    )


def unregistered() -> ApiError:
    return ApiError(
        403,
        "forbidden",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or"
        " other form of API consumer identity to call this API.",
        name="PERMISSION_DENIED",
    )


def login_required() -> ApiError:
    return ApiError(
        401,
        "required",
        "Login Required.",
        location="Authorization",
        location_type="header",
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
        name="UNAUTHENTICATED",
    )


def invalid_parameter(name: str, message: str, *, reason: str = "invalidParameter") -> ApiError:
    return ApiError(400, reason, message, domain="youtube.parameter", location=name)


def unknown_part(part: str) -> ApiError:
    """For a part that Google does not have. One that the sandbox alone does not have is `not_supported`."""
    return ApiError(400, "unknownPart", f"'{part}'", domain="youtube.part", location="part")


def invalid_fields(selection: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {selection}", location="fields")


def method_not_found() -> ApiError:
    return ApiError(404, "notFound", "Method not found.", name="NOT_FOUND")


def method_not_supported(method: str) -> ApiError:
    """400 and not 501: Google's clients send what was refused with a 5xx again."""
    return ApiError(400, "sandboxUnsupported", f"The YTEMPIRE sandbox does not have {method}.")


def media_body_required(domain: str, message: str) -> ApiError:
    return ApiError(400, "mediaBodyRequired", message, domain=domain, location="body", location_type="other")


def too_large(message: str) -> ApiError:
    return ApiError(413, "uploadTooLarge", message)


def invalid_video(reason: str, message: str, location: str) -> ApiError:
    """The reasons of videos.insert and videos.update."""
    return ApiError(400, reason, message, domain="youtube.video", location=location, location_type="other")


def not_supported(name: str) -> ApiError:
    """Real at Google's, but not in the sandbox: said, never passed over."""
    return ApiError(
        400, "sandboxUnsupported", f"The YTEMPIRE sandbox does not support the parameter '{name}'.", location=name
    )


def missing(what: str, message: str, location: str) -> ApiError:
    return ApiError(404, what, message, domain="youtube.video", location=location)


def query_not_supported() -> ApiError:
    return ApiError(400, "badRequest", QUERY_NOT_SUPPORTED)
