"""The second factor: codes of an authenticator app, and recovery codes for when the phone is gone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import pyotp

STEP = timedelta(seconds=30)
WINDOW = 1  # steps before and after: a phone's clock is off, and people type slowly
FARTHEST = 20  # steps: for telling somebody that a clock is off
RECOVERY_CODES = 10
# No I, L, O or U (Crockford): nothing is misread, and no word comes out by accident.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 3, 5  # 75 bits: with so much to guess a plain hash is enough
_AS_READ = str.maketrans("OIL", "011")


def new_secret() -> str:
    """160 random bits in base32, as apps take it."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says: `otpauth://totp/…`. It holds the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def find_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step near `at` whose code this is; None for a wrong code.

    Let nobody in with a step that is not later than the last one that was used (`is_used`): a code that somebody
    looked at is worth nothing. Store the step in the transaction that lets the person in.
    """
    digits = _digits(code)
    if digits is None:
        return None
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    accepted = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        # no early end, so that the time tells nothing; of two steps with the same code the later counts as used
        if hmac.compare_digest(totp.generate_otp(step), digits):
            accepted = step
    return accepted


def is_used(step: int, last_step: int | None) -> bool:
    return last_step is not None and step <= last_step


def find_distance(secret: str, code: str, *, at: datetime) -> timedelta | None:
    """How far from now a code is that was right or will be, up to ten minutes; negative for an old one."""
    digits = _digits(code)
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    nearest = sorted(range(-FARTHEST, FARTHEST + 1), key=abs)
    return next((step * STEP for step in nearest if totp.generate_otp(now + step) == digits), None)


def _digits(code: str) -> str | None:
    """The six digits of a code, however they were typed: a keyboard may have its own."""
    typed = "".join(code[:20].split())
    return f"{int(typed):06d}" if len(typed) == 6 and typed.isdecimal() else None


def new_recovery_codes() -> list[str]:
    """Ten codes to be shown once, `7KQ2M-XW4RT-91ZBD`; each works once."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def hash_recovery_code(typed: str, *, user_id: UUID) -> bytes:
    """What is stored of a recovery code, and looked up for what a person typed. Differs from user to user."""
    return hashlib.sha256(user_id.bytes + normalised_recovery_code(typed).encode()).digest()


def normalised_recovery_code(typed: str) -> str:
    """The code however it was typed: small letters, spaces, no dashes, O for 0, I or l for 1."""
    read = typed[:200].upper().translate(_AS_READ)
    return "".join(character for character in read if character in ALPHABET)


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))
