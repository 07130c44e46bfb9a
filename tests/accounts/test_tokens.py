"""Access tokens: ours are taken, everything else is a 401."""

from __future__ import annotations

import base64
import hmac
import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey

from ytempire.accounts.tokens import (
    AccessClaims,
    SigningKey,
    TokenExpired,
    TokenKeyUnknown,
    TokenRefused,
    TokenVerifier,
    issue_access,
    jwks,
)

KEY = SigningKey.generate()
OTHER = SigningKey.generate()
NOW = datetime(2026, 7, 14, 12, tzinfo=UTC)
USER, SESSION = UUID(int=7), UUID(int=8)
VERIFIER = TokenVerifier([KEY.public_jwk], issuer="ytempire", audience="api")


def issue(key: SigningKey = KEY, **changes: Any) -> str:
    given: dict[str, Any] = {
        "issuer": "ytempire",
        "audience": "api",
        "user_id": USER,
        "session_id": SESSION,
        "role": "operator",
        "lifetime": timedelta(hours=1),
        "now": NOW,
    }
    return issue_access(key, **{**given, **changes})


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return found


def signed(header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token of our key with other claims; None takes a claim away."""
    claims = {name: value for name, value in {**claims_of(issue()), **changes}.items() if value is not None}
    head = {"alg": "RS256", "kid": KEY.kid, "typ": "at+jwt", **(header or {})}
    return jws.serialize_compact(head, json.dumps(claims), RSAKey.import_key(KEY.private_pem))


def assembled(header: Any, payload: Any, signature: bytes = b"") -> str:
    return ".".join(_encoded(part) for part in (json.dumps(header).encode(), json.dumps(payload).encode(), signature))


class TestVerify:
    def test_verify_returns_user_session_and_role(self) -> None:
        found = VERIFIER.verify(issue(), now=NOW)
        assert found == AccessClaims(USER, SESSION, "operator", found.token_id, NOW, NOW + timedelta(hours=1))
        assert UUID(found.token_id) != UUID(VERIFIER.verify(issue(), now=NOW).token_id)

    @pytest.mark.parametrize(
        ("after_s", "taken"), [(-31, False), (-30, True), (3600, True), (3629, True), (3630, False)]
    )
    def test_verify_tolerates_30_seconds_of_clock_skew(self, after_s: int, taken: bool) -> None:
        at = NOW + timedelta(seconds=after_s)
        if taken:
            assert VERIFIER.verify(issue(), now=at).user_id == USER
        else:
            with pytest.raises(TokenRefused):
                VERIFIER.verify(issue(), now=at)

    def test_verify_expired_token_raises_token_expired(self) -> None:
        with pytest.raises(TokenExpired) as raised:
            VERIFIER.verify(issue(), now=NOW + timedelta(hours=2))
        assert (raised.value.status, raised.value.code) == (401, "token_expired")

    @pytest.mark.parametrize("changes", [{"issuer": "elsewhere"}, {"audience": "other"}, {"issuer": ""}])
    def test_verify_other_issuer_or_audience_is_refused(self, changes: dict[str, Any]) -> None:
        with pytest.raises(TokenRefused):
            VERIFIER.verify(issue(**changes), now=NOW)

    @pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "role", "iat", "exp", "jti"])
    @pytest.mark.parametrize("value", [None, "", [], {}, True, 5, float("nan"), "x"])
    def test_verify_missing_or_malformed_claim_is_refused(self, claim: str, value: Any) -> None:
        token = signed(**{claim: value})
        if claim in ("role", "jti") and value == "x":  # any text
            assert VERIFIER.verify(token, now=NOW).role == (value if claim == "role" else "operator")
        elif (claim, value) == ("iat", 5):  # long ago, but a time
            assert VERIFIER.verify(token, now=NOW).issued_at.year == 1970
        else:
            with pytest.raises(TokenRefused) as raised:
                VERIFIER.verify(token, now=NOW)
            assert raised.value.status == 401

    def test_verify_unknown_key_raises_token_key_unknown(self) -> None:
        with pytest.raises(TokenKeyUnknown):
            VERIFIER.verify(issue(OTHER), now=NOW)
        both = TokenVerifier([KEY.public_jwk, OTHER.public_jwk], issuer="ytempire", audience="api")
        assert {both.verify(issue(key), now=NOW).user_id for key in (KEY, OTHER)} == {USER}


class TestAttacks:
    def test_unsigned_token_is_refused(self) -> None:
        for algorithm in ("none", "None", "NONE", ""):
            with pytest.raises(TokenRefused):
                VERIFIER.verify(
                    assembled({"alg": algorithm, "kid": KEY.kid, "typ": "at+jwt"}, claims_of(issue())), now=NOW
                )

    def test_hmac_token_signed_with_public_key_is_refused(self) -> None:
        public = RSAKey.import_key({**KEY.public_jwk})
        for secret in (public.as_pem(), public.as_der(), KEY.public_jwk["n"].encode()):
            signed_part = assembled({"alg": "HS256", "kid": KEY.kid, "typ": "at+jwt"}, claims_of(issue())).rstrip(".")
            signature = hmac.digest(secret, signed_part.encode(), "sha256")
            with pytest.raises(TokenRefused):
                VERIFIER.verify(f"{signed_part}.{_encoded(signature)}", now=NOW)

    @pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
    def test_token_with_other_rsa_algorithm_is_refused(self, algorithm: str) -> None:
        forged = jws.serialize_compact(
            {"alg": algorithm, "kid": KEY.kid, "typ": "at+jwt"},
            json.dumps(claims_of(issue())),
            RSAKey.import_key(KEY.private_pem),
            algorithms=[algorithm],
        )
        with pytest.raises(TokenRefused):
            VERIFIER.verify(forged, now=NOW)

    def test_token_with_embedded_foreign_key_is_refused(self) -> None:
        header = {"alg": "RS256", "kid": KEY.kid, "typ": "at+jwt", "jwk": OTHER.public_jwk}
        forged = jws.serialize_compact(header, json.dumps(claims_of(issue())), RSAKey.import_key(OTHER.private_pem))
        with pytest.raises(TokenRefused):
            VERIFIER.verify(forged, now=NOW)

    @pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": ""}, {"kid": ""}, {"b64": False, "crit": ["b64"]}])
    def test_token_with_other_type_header_is_refused(self, header: dict[str, Any]) -> None:
        with pytest.raises(TokenRefused):
            VERIFIER.verify(signed(header), now=NOW)

    token = issue()
    """The same for all examples: what is drawn depends on its characters."""

    @given(data=st.data())
    def test_token_with_any_changed_character_is_refused(self, data: st.DataObject) -> None:
        token = self.token
        place = data.draw(st.integers(0, len(token) - 1))
        other = data.draw(st.sampled_from("ABab01-_.=é\0").filter(lambda character: character != token[place]))
        with pytest.raises(TokenRefused):
            VERIFIER.verify(token[:place] + other + token[place + 1 :], now=NOW)

    @given(token=st.text(max_size=200) | st.text("abcXYZ01-_.", max_size=200))
    def test_arbitrary_text_is_refused(self, token: str) -> None:
        with pytest.raises(TokenRefused):
            VERIFIER.verify(token, now=NOW)

    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )

    @given(
        header=json_values
        | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]), json_values)
        | st.fixed_dictionaries(
            {"alg": st.just("RS256"), "kid": st.just(KEY.kid) | json_values}, optional={"crit": json_values}
        ),
        payload=json_values,
    )
    def test_arbitrary_header_and_payload_are_refused(self, header: Any, payload: Any) -> None:
        with pytest.raises(TokenRefused):
            VERIFIER.verify(assembled(header, payload, b"x"), now=NOW)

    @pytest.mark.parametrize("text", ["." * 3, "a" * 10**7, "[" * 370, "x.y.z" * 800])
    def test_oversized_or_deeply_nested_token_is_refused(self, text: str) -> None:
        for token in (text, f"{_encoded(text.encode())}.e30.e30"):
            with pytest.raises(TokenRefused):
                VERIFIER.verify(token, now=NOW)


class TestSigningKey:
    def test_signing_key_from_stored_pem_is_unchanged(self) -> None:
        again = SigningKey.from_pem(KEY.private_pem)
        assert again.kid == KEY.kid
        assert again.public_jwk == KEY.public_jwk
        assert VERIFIER.verify(issue(again), now=NOW).user_id == USER

    def test_signing_key_repr_shows_only_id(self) -> None:
        assert repr(KEY) == f"SigningKey(kid='{KEY.kid}')"

    @pytest.mark.parametrize("what", ["text", "public", "small", "curve"])
    def test_signing_key_from_unsuitable_pem_is_refused_without_showing_pem(self, what: str) -> None:
        pem = {
            "text": b"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
            "public": RSAKey.import_key({**KEY.public_jwk}).as_pem(),
            "small": _pem(rsa.generate_private_key(65537, 1024)),
            "curve": _pem(ec.generate_private_key(ec.SECP256R1())),
        }[what]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joserfc warns of the small one
            with pytest.raises(ValueError, match="no private RSA key") as raised:
                SigningKey.from_pem(pem)
        assert raised.value.__context__ is None


class TestJwks:
    def test_jwks_lists_only_public_members(self) -> None:
        private = {name: str(value) for name, value in RSAKey.import_key(KEY.private_pem).as_dict(private=True).items()}
        listed = jwks([KEY.public_jwk, {**private, "kid": "retired"}])
        assert [set(key) for key in listed["keys"]] == [{"kty", "n", "e", "kid", "use", "alg"}] * 2
        assert listed["keys"][0] == {**KEY.public_jwk, "use": "sig", "alg": "RS256"}

    def test_jwks_alone_suffices_to_verify_token(self) -> None:
        listed = json.loads(json.dumps(jwks([KEY.public_jwk])))
        assert (
            TokenVerifier(listed["keys"], issuer="ytempire", audience="api").verify(issue(), now=NOW).role == "operator"
        )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
