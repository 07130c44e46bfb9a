"""Random secrets that come back from outside: made once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, fit for a link, a cookie or a header."""
    return secrets.token_urlsafe(32)


def hash_token(secret: str) -> bytes:
    """What is kept of it. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
