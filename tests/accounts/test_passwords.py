"""Which passwords are taken, and that the right one and no other opens."""

from __future__ import annotations

import asyncio
import time
import unicodedata

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib.hashers.argon2 import Argon2Hasher

from ytempire.accounts.passwords import (
    PasswordUnacceptable,
    UnsupportedPasswordHash,
    Verified,
    hash_password,
    require_acceptable,
    verify,
)

GOOD = "brine lattice owl 7"
EMAIL = "ada.lovelace@example.org"


class TestRequireAcceptable:
    @pytest.mark.parametrize(
        "password",
        [
            GOOD,
            "x" * 250 + "abc yz",
            "пароль из четырёх слов",
            "短い文章でも十二文字あれば",
            "ada met a lovely lace",
            "password manager made this",
            "4829 1048 5716",
        ],
    )
    def test_require_acceptable_good_password_passes(self, password: str) -> None:
        require_acceptable(password, email=EMAIL)

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("", "fewer than 12"),
            ("elevenchars", "fewer than 12"),
            ("a b" * 86, "more than 256"),
            ("brine lattice\0owl", "cannot be typed"),
            ("brine lattice\ud800owl", "cannot be typed"),
            ("aaaaaaaaaaaaaa", "same few characters"),
            ("            ", "same few characters"),
            ("ababababABAB", "same few characters"),
            (EMAIL, "e-mail address"),
            (EMAIL.upper(), "e-mail address"),
            ("Ada.Lovelace1815", "e-mail address"),
            ("adalovelace!!", "e-mail address"),
            ("123456789012", "first that anybody"),
            ("098765432109", "first that anybody"),
            ("Password1234!", "first that anybody"),
            ("PASSWORDPASSWORD", "first that anybody"),
            ("2024 p@ssw0rd 2024", "first that anybody"),
            ("correct horse battery staple", "first that anybody"),
            ("administrator", "first that anybody"),
            ("1q2w3e4r5t6y", "first that anybody"),
            ("1qaz2wsx3edc", "first that anybody"),
            ("qwertyuiop[]", "first that anybody"),
            ("ytempire-ytempire", "first that anybody"),
        ],
    )
    def test_require_acceptable_weak_password_is_refused_with_reason(self, password: str, why: str) -> None:
        with pytest.raises(PasswordUnacceptable, match=why) as raised:
            require_acceptable(password, email=EMAIL)
        assert "12 to 256 characters" in str(raised.value.hint)
        assert len(password) < 12 or password not in str(raised.value)

    def test_require_acceptable_numeric_email_forbids_no_digits(self) -> None:
        require_acceptable("4829 1048 5716", email="42@example.org")

    @given(password=st.text(max_size=300), email=st.text(max_size=100))
    def test_require_acceptable_any_password_passes_or_gives_hint(self, password: str, email: str) -> None:
        try:
            require_acceptable(password, email=email)
        except PasswordUnacceptable as error:
            assert error.hint
        else:
            assert 12 <= len(password) <= 256


class TestVerify:
    async def test_verify_accepts_only_right_password(self) -> None:
        stored = await hash_password(GOOD)
        assert stored.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
        assert GOOD not in stored
        assert await verify(GOOD, stored) == Verified(True, None)
        for wrong in (GOOD + " ", GOOD.upper(), "", "\0", "\ud800", GOOD + "\0", "x" * 1_000_000):
            assert await verify(wrong, stored) == Verified(False, None)

    async def test_verify_ignores_unicode_composition(self) -> None:
        stored = await hash_password(unicodedata.normalize("NFC", "crème brûlée ohne Löffel"))
        assert (await verify(unicodedata.normalize("NFD", "crème brûlée ohne Löffel"), stored)).right

    async def test_hash_password_same_password_gives_different_hashes(self) -> None:
        assert await hash_password(GOOD) != await hash_password(GOOD)

    async def test_verify_bcrypt_hash_is_accepted_and_rehashed(self) -> None:
        imported = bcrypt.hashpw(GOOD.encode(), bcrypt.gensalt(4)).decode()
        assert await verify("wrong" + GOOD, imported) == Verified(False, None)
        right, new_hash = await verify(GOOD, imported)
        assert right
        assert new_hash is not None
        assert await verify(GOOD, new_hash) == Verified(True, None)

    async def test_verify_bcrypt_hash_of_long_password_truncates_at_72_bytes(self) -> None:
        long = "brine lattice owl " * 6
        imported = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
        right, new_hash = await verify(long, imported)
        assert right
        assert not (await verify(long[:72], new_hash)).right  # from now on all of it counts

    async def test_verify_weak_argon2_hash_is_rehashed(self) -> None:
        weak = Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
        right, new_hash = await verify(GOOD, weak)
        assert right
        assert new_hash is not None
        assert new_hash.startswith("$argon2id$v=19$m=32768,t=3,p=1$")

    @pytest.mark.parametrize("stored", ["", "plain", "$1$abc$def", "$2b$99$" + "a" * 53, "$argon2id$"])
    async def test_verify_unsupported_hash_raises_without_showing_hash(self, stored: str) -> None:
        with pytest.raises(UnsupportedPasswordHash) as raised:
            await verify(GOOD, stored)
        assert not stored or stored not in str(raised.value)

    async def test_verify_unknown_account_takes_same_cpu_time(self) -> None:
        # the work, not the wall: other programs share this machine
        stored = await hash_password(GOOD)
        known, unknown = [], []
        for _ in range(5):
            known.append(await _cpu_s(stored))
            unknown.append(await _cpu_s(None))
        assert 0.5 < min(unknown) / min(known) < 2

    async def test_verify_does_not_block_event_loop(self) -> None:
        checks = asyncio.gather(*(verify(GOOD, None) for _ in range(4)))
        turns = 0
        while not checks.done():
            await asyncio.sleep(0)
            turns += 1
        assert await checks == [Verified(False)] * 4
        assert turns > 10


async def _cpu_s(stored: str | None) -> float:
    began = time.process_time()
    assert not (await verify("not " + GOOD, stored)).right
    return time.process_time() - began
