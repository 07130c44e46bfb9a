"""Which passwords are accepted, how they are kept, and whether one is right."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from ytempire.kit.errors import InvalidInput, YtempireError

MIN_LENGTH = 12
MAX_LENGTH = 256  # of what people type or keep in a manager; more only costs time
BCRYPT_MAX_BYTES = 72  # bytes of a password; the programs that made these hashes ignored the rest in silence

# 70 to 84 ms of one core (medians of 15) and 32 MiB; OWASP's least, 19 MiB and 2 passes, takes 20 ms. Passes rather
# than memory, because each sign-in under way holds it.
MEMORY_KIB = 32 * 1024
PASSES = 3
_argon2 = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
_bcrypt = BcryptHasher()

# Own threads: many sign-ins at once neither hold up other work that waits for a thread, nor take memory without bound.
_threads = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 8), thread_name_prefix="passwords")

# What people choose most, letters and digits alone: signs, surrounding digits and repetition are taken off before.
_WORDS = """
    password passwort motdepasse contrasena contraseña passw0rd pssword pssw0rd paword passphrase passcode
    qwerty qwertyuiop qwertzuiop azertyuiop asdf asdfghjkl zxcvbnm qazwsx qazwsxedc qaz2wsx3edc q1w2e3r4t5y
    q2w3e4r5t6y q2w3e4r5t qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm asdfghjklqwertyuiop
    administrator admin root superuser default guest welcome login master changeme changemenow letmein letmeinnow
    opensesame iloveyou iloveyousomuch trustno sunshine princess football baseball dragon monkey shadow superman batman
    starwars pokemon computer internet secret topsecret supersecret mysecret whatever nothing something
    abc abcd abcdef abcdefg abcdefgh abcdefghijkl abcdefghijklm abcdefghijklmnop abcdefghijklmnopqrstuvwxyz
    correcthorsebatterystaple thisismypassword mypassword yourpassword newpassword oldpassword thepassword testpassword
    nopassword test testing youtube google facebook ytempire empire
"""
COMMON = frozenset(_WORDS.split())
DIGITS = "0123456789" * 27  # any start, up to the longest password


class PasswordUnacceptable(InvalidInput):
    """This password will not do; the message says why and what would."""

    code = "password_too_weak"


class UnsupportedPasswordHash(YtempireError):
    """What is stored as a password's hash is none that we can check."""

    code = "unsupported_password_hash"


class Verified(NamedTuple):
    """Whether the password was right and, where the stored hash is outdated, the one to store in its place."""

    right: bool
    new_hash: str | None = None


def require_acceptable(password: str, *, email: str) -> None:
    """Raises PasswordUnacceptable, with a sentence that says what to do."""
    better = (
        f"Take {MIN_LENGTH} to {MAX_LENGTH} characters;"
        " four or five words that have nothing to do with each other do well."
    )
    if len(password) < MIN_LENGTH:
        raise PasswordUnacceptable(f"This password has fewer than {MIN_LENGTH} characters.", hint=better)
    if len(password) > MAX_LENGTH:
        raise PasswordUnacceptable(f"This password has more than {MAX_LENGTH} characters.", hint=better)
    if "\0" in password or any("\ud800" <= character <= "\udfff" for character in password):
        raise PasswordUnacceptable("This password holds a character that cannot be typed.", hint=better)
    whole = unicodedata.normalize("NFKC", password).casefold()
    if len(set(whole)) < 4:
        raise PasswordUnacceptable("This password repeats the same few characters.", hint=better)
    address = unicodedata.normalize("NFKC", email).casefold()
    name = _core(address.split("@")[0])
    if whole == address or (len(name) > 2 and _core(whole) == name):
        raise PasswordUnacceptable("This password is little more than your e-mail address.", hint=better)
    if whole in DIGITS or whole in DIGITS[::-1] or _core(whole) in COMMON:
        raise PasswordUnacceptable("This password is among the first that anybody would try.", hint=better)


async def hash_password(password: str) -> str:
    """An argon2id hash to store; some 75 ms in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hash, password)


async def verify(password: str, stored: str | None) -> Verified:
    """Whether the password is right. `None`, for an account that is not there or has no password, takes as long.

    An imported bcrypt hash takes its own time (12 rounds: 260 ms) until the first right password replaces it. Raises
    UnsupportedPasswordHash.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, stored)


def _hash(password: str) -> str:
    return _argon2.hash(_bytes(password))


def _verify(password: str, stored: str | None) -> Verified:
    if stored is None or len(password) > MAX_LENGTH:
        _argon2.verify(b"", _DUMMY_HASH)
        return Verified(False)
    if _bcrypt.identify(stored):
        # as typed, because that is what was hashed then
        try:
            right = _bcrypt.verify(password.encode("utf-8", "surrogatepass")[:BCRYPT_MAX_BYTES], stored)
        except ValueError:  # of that shape, but no hash
            raise _unknown() from None
        return Verified(right, _hash(password) if right else None)
    if _argon2.identify(stored):
        right = _argon2.verify(_bytes(password), stored)
        return Verified(right, _hash(password) if right and _argon2.check_needs_rehash(stored) else None)
    raise _unknown()


def _unknown() -> UnsupportedPasswordHash:
    # without the hash itself, which has no place in a log
    return UnsupportedPasswordHash(
        "The stored password of this account is in no format that we know.", hint="Let them reset it."
    )


def _bytes(password: str) -> bytes:
    # the same letter comes composed from one keyboard and decomposed from another; half a pair of surrogates is never
    # accepted as a password, but may be typed as a guess
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _dummy_hash() -> str:
    """A hash that costs as much to check as any other and that no password has, made without hashing."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${digest}"


_DUMMY_HASH = _dummy_hash()


def _core(text: str) -> str:
    """Without signs, without the digits that people put around a word to make it longer, and said only once."""
    plain = "".join(character for character in text if character.isalnum())
    letters = [place for place, character in enumerate(plain) if character.isalpha()]
    word = plain[letters[0] : letters[-1] + 1] if letters else ""
    # a word that is a piece repeated meets itself when it is moved by the length of that piece
    return word[: (word + word).find(word, 1)]
