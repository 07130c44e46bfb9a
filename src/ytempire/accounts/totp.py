"""The second factor: codes of an authenticator app, and recovery codes for when the phone is gone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

WINDOW = 1  # steps of 30 s before and after: a phone's clock is off, and people type slowly
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


def find_accepted_step(secret: str, code: str, *, at: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is, to be stored as the new `last_step`; None for a wrong or used code.

    A step that was used, and every one before it, is not accepted again: a code that somebody looked at is worth
    nothing. Store it in the transaction that lets the person in, and only where it is still greater.
    """
    typed = "".join(code[:20].split())
    if len(typed) != 6 or not typed.isdecimal():
        return None
    digits = f"{int(typed):06d}"  # a keyboard may have its own digits
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        # no early end, so that the time tells nothing; of two steps with the same code the later counts as used
        if hmac.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found if found is not None and (last_step is None or found > last_step) else None


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
