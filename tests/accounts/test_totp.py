"""Codes of an authenticator app and recovery codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.accounts.totp import (
    ALPHABET,
    find_step,
    hash_recovery_code,
    is_used,
    new_recovery_codes,
    new_secret,
    normalised_recovery_code,
    provisioning_uri,
)

AT = datetime(2026, 7, 14, 12, 0, 10, tzinfo=UTC)
STEP = int(AT.timestamp()) // 30
# RFC 6238, appendix B: this secret gives 94287082 at 59 s, of which an app shows the last six digits
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
ADA, BOB = UUID(int=1), UUID(int=2)


class TestFindStep:
    def test_find_step_matches_rfc_example(self) -> None:
        at = datetime.fromtimestamp(59, UTC)
        assert find_step(RFC_SECRET, "287082", at=at) == 1

    @pytest.mark.parametrize(("off_s", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
    def test_find_step_accepts_one_step_early_or_late(self, off_s: int, accepted: bool) -> None:
        secret = new_secret()
        code = pyotp.TOTP(secret).at(AT + timedelta(seconds=off_s))
        found = find_step(secret, code, at=AT)
        # once in a million another step has the same code
        assert (
            (found == STEP + off_s // 30)
            if accepted
            else (found is None or pyotp.TOTP(secret).generate_otp(found) == code)
        )

    def test_is_used_same_step_is_used(self) -> None:
        secret = new_secret()
        code = pyotp.TOTP(secret).at(AT)
        step = find_step(secret, code, at=AT)
        assert step == STEP
        assert (is_used(STEP, None), is_used(STEP, STEP - 1), is_used(STEP, STEP)) == (False, False, True)

    def test_is_used_step_before_last_used_is_used(self) -> None:
        totp = pyotp.TOTP(RFC_SECRET)
        before, after = (find_step(RFC_SECRET, totp.generate_otp(STEP + off), at=AT) for off in (-1, 1))
        assert (before, after) == (STEP - 1, STEP + 1)
        assert is_used(STEP - 1, STEP)

    @pytest.mark.parametrize("spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
    def test_find_step_ignores_spaces(self, spelling: str) -> None:
        code = pyotp.TOTP(RFC_SECRET).at(AT)
        assert find_step(RFC_SECRET, spelling.format(code), at=AT) == STEP

    def test_find_step_accepts_non_ascii_digits(self) -> None:
        code = pyotp.TOTP(RFC_SECRET).at(AT).translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
        assert find_step(RFC_SECRET, code, at=AT) == STEP

    @given(code=st.text(max_size=30))
    def test_find_step_other_text_is_refused(self, code: str) -> None:
        right = {pyotp.TOTP(RFC_SECRET).generate_otp(step) for step in range(STEP - 1, STEP + 2)}
        if "".join(code.split()) not in right:
            assert find_step(RFC_SECRET, code, at=AT) is None


def test_provisioning_uri_contains_account_issuer_and_secret() -> None:
    parts = urlsplit(provisioning_uri(RFC_SECRET, account="ada+x@example.org", issuer="YTEMPIRE"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/YTEMPIRE:ada%2Bx%40example.org")
    assert parse_qs(parts.query) == {"secret": [RFC_SECRET], "issuer": ["YTEMPIRE"]}


def test_new_secret_is_random_with_160_bits() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) == 32


class TestRecoveryCodes:
    def test_new_recovery_codes_are_ten_distinct_readable_groups(self) -> None:
        codes = new_recovery_codes()
        assert len(set(codes)) == 10
        for code in codes:
            assert [len(group) for group in code.split("-")] == [5, 5, 5]
            assert set(code) <= {*ALPHABET, "-"}

    def test_hash_recovery_code_ignores_case_separators_and_lookalikes(self) -> None:
        stored = hash_recovery_code("10ABC-DEFGH-JKMNP", user_id=ADA)
        for typed in ("10abc-defgh-jkmnp", " 10ABCDEFGHJKMNP ", "lOabc defgh jkmnp", "IoABC.DEFGH.JKMNP"):
            assert hash_recovery_code(typed, user_id=ADA) == stored

    def test_hash_recovery_code_differs_by_user(self) -> None:
        assert hash_recovery_code("10ABC-DEFGH-JKMNP", user_id=ADA) != hash_recovery_code(
            "10ABC-DEFGH-JKMNP", user_id=BOB
        )

    @given(typed=st.text(max_size=300))
    def test_normalised_recovery_code_is_idempotent(self, typed: str) -> None:
        once = normalised_recovery_code(typed)
        assert normalised_recovery_code(once) == once
        assert set(once) <= set(ALPHABET)
