"""Envelopes: they open where they were sealed, whole, with the right key, and nowhere else."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import traceback
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytempire.kit.crypto import (
    EnvelopeMalformed,
    EnvelopeTampered,
    KeyRing,
    KeysReadOnly,
    KeysUnusable,
    KeyUnknown,
    key_id_of,
    load_keys,
)
from ytempire.settings import Settings

HERE = "core.credentials/secret/1"


def document(current: str = "a", **keys: bytes) -> str:
    keys = keys or {"a": b"\x01" * 32}
    return json.dumps(
        {"current": current, "keys": {name: base64.b64encode(key).decode() for name, key in keys.items()}}
    )


RING = KeyRing.from_text(document("a", a=b"\x01" * 32, b=b"\x02" * 32))


class TestSeal:
    @given(plaintext=st.binary(max_size=2000), associated_data=st.text(st.characters(codec="utf-8"), min_size=1))
    def test_seal_and_open_return_plaintext(self, plaintext: bytes, associated_data: str) -> None:
        assert (
            RING.open(RING.seal(plaintext, associated_data=associated_data), associated_data=associated_data)
            == plaintext
        )

    def test_seal_same_plaintext_gives_different_envelopes(self) -> None:
        assert len({RING.seal(b"x", associated_data=HERE) for _ in range(100)}) == 100

    def test_seal_hides_plaintext(self) -> None:
        assert b"hunter2" not in RING.seal(b"hunter2", associated_data=HERE)

    def test_seal_without_associated_data_is_refused(self) -> None:
        with pytest.raises(ValueError, match="associated data"):
            RING.seal(b"x", associated_data="")


class TestOpen:
    @given(data=st.data(), plaintext=st.binary(max_size=60))
    def test_open_envelope_with_changed_byte_is_refused(self, data: st.DataObject, plaintext: bytes) -> None:
        envelope = bytearray(RING.seal(plaintext, associated_data=HERE))
        place = data.draw(st.integers(0, len(envelope) - 1))
        envelope[place] ^= data.draw(st.integers(1, 255))
        with pytest.raises((EnvelopeMalformed, EnvelopeTampered, KeyUnknown)):
            RING.open(bytes(envelope), associated_data=HERE)

    def test_open_truncated_envelope_is_refused(self) -> None:
        envelope = RING.seal(b"secret", associated_data=HERE)
        for length in range(len(envelope)):
            with pytest.raises((EnvelopeMalformed, EnvelopeTampered)):
                RING.open(envelope[:length], associated_data=HERE)

    @given(garbage=st.binary(max_size=100))
    def test_open_garbage_is_refused(self, garbage: bytes) -> None:
        with pytest.raises((EnvelopeMalformed, EnvelopeTampered, KeyUnknown)):
            RING.open(garbage, associated_data=HERE)

    def test_open_envelope_of_other_row_is_refused(self) -> None:
        with pytest.raises(EnvelopeTampered):
            RING.open(RING.seal(b"x", associated_data=HERE), associated_data="core.credentials/secret/2")

    def test_open_with_other_key_of_same_id_is_refused(self) -> None:
        with pytest.raises(EnvelopeTampered):
            KeyRing.from_text(document(a=b"\x09" * 32)).open(
                RING.seal(b"x", associated_data=HERE), associated_data=HERE
            )

    def test_open_envelope_relabelled_with_other_key_is_refused(self) -> None:
        envelope = bytearray(RING.seal(b"x", associated_data=HERE))
        envelope[2] = ord("b")
        with pytest.raises(EnvelopeTampered):
            RING.open(bytes(envelope), associated_data=HERE)

    def test_open_with_unknown_key_names_key_id(self) -> None:
        with pytest.raises(KeyUnknown, match="“a”"):
            KeyRing.from_text(document("z", z=b"\x01" * 32)).open(
                RING.seal(b"x", associated_data=HERE), associated_data=HERE
            )

    def test_open_errors_reveal_no_secret(self) -> None:
        envelope = RING.seal(b"hunter2", associated_data=HERE)
        with pytest.raises(EnvelopeTampered) as raised:
            RING.open(envelope, associated_data="elsewhere")
        said = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert "hunter2" not in said
        assert base64.b64encode(b"\x01" * 32).decode() not in said


class TestFile:
    def test_key_file_is_created_private_to_owner(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        first = KeyRing.from_file(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert KeyRing.from_file(path).open(first.seal(b"x", associated_data=HERE), associated_data=HERE) == b"x"

    def test_key_file_permissions_ignore_umask(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            KeyRing.from_file(tmp_path / "keys.json")
        finally:
            os.umask(before)
        assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}

    def test_key_file_concurrent_starts_create_one(self, tmp_path: Path) -> None:
        # spawn: this process has threads, and a lock that is held by one of them would be copied as held
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(4)
        results = context.Queue()
        starts = [
            context.Process(target=_start, args=(tmp_path / "keys.json", barrier, results, number))
            for number in range(4)
        ]
        for start in starts:
            start.start()
        envelopes = [results.get(timeout=60) for _ in starts]
        for start in starts:
            start.join()
        ring = KeyRing.from_file(tmp_path / "keys.json")
        assert sorted(ring.open(envelope, associated_data=HERE) for envelope in envelopes) == [b"0", b"1", b"2", b"3"]
        assert sorted(file.name for file in tmp_path.iterdir()) == ["keys.json", "keys.json.lock"]

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
    def test_key_file_accessible_to_others_is_refused(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "keys.json"
        KeyRing.from_file(path)
        path.chmod(mode)
        with pytest.raises(KeysUnusable, match="Others on this machine") as raised:
            KeyRing.from_file(path)
        assert "chmod 600" in str(raised.value)

    def test_key_file_in_missing_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(KeysUnusable, match="cannot be used: No such file or directory"):
            KeyRing.from_file(tmp_path / "gone" / "keys.json")

    def test_key_file_removed_refuses_sealing(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        ring = KeyRing.from_file(path)
        path.unlink()
        with pytest.raises(KeysUnusable):
            ring.seal(b"x", associated_data=HERE)


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "[]",
            '{"current": "a"}',
            '{"current": "a", "keys": []}',
            '{"current": ["a"], "keys": {"a": "AAAA"}}',
            '{"current": "a", "keys": {"a": 5}}',
            document("z"),
            document("a", a=b"short"),
            document("a", a=b"\x01" * 32, **{"no good": b"\x01" * 32}),
            "[" * 100_000,
        ],
    )
    def test_key_ring_from_text_without_keys_is_refused(self, text: str) -> None:
        with pytest.raises(KeysUnusable, match="does not hold keys"):
            KeyRing.from_text(text)

    def test_key_ring_from_damaged_text_hides_contents(self) -> None:
        key = base64.b64encode(b"\x01" * 32).decode()
        with pytest.raises(KeysUnusable) as raised:
            KeyRing.from_text('{"current": "a", "keys": {"a": "' + key)
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None
        assert key not in str(raised.value)

    def test_key_ring_repr_shows_only_ids(self) -> None:
        assert repr(RING) == "KeyRing(current='a', keys=2)"
        assert repr(vars(RING)).count("x01") == 0

    def test_key_ring_is_read_from_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YTEMPIRE_SECURITY__KEYS", document())
        keys = Settings().security.keys
        assert keys is not None
        assert KeyRing.from_text(keys.get_secret_value()).current == "a"

    def test_load_keys_prefers_environment_over_file(self, tmp_path: Path) -> None:
        assert load_keys(tmp_path / "keys.json", document()).current == "a"
        assert not list(tmp_path.iterdir())
        assert load_keys(tmp_path / "keys.json", None).current == KeyRing.from_file(tmp_path / "keys.json").current


class TestRotation:
    def test_rotation_new_key_seals_and_old_key_opens(self, tmp_path: Path) -> None:
        old = KeyRing.from_file(tmp_path / "keys.json")
        before = old.seal(b"x", associated_data=HERE)
        new = old.with_new_key()
        after = new.seal(b"y", associated_data=HERE)
        assert key_id_of(before) != key_id_of(after) == new.current
        assert (new.is_current(before), new.is_current(after)) == (False, True)
        assert (new.open(before, associated_data=HERE), new.open(after, associated_data=HERE)) == (b"x", b"y")
        assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600

    def test_rotation_is_followed_by_running_process(self, tmp_path: Path) -> None:
        running = KeyRing.from_file(tmp_path / "keys.json")
        rotated = KeyRing.from_file(tmp_path / "keys.json").with_new_key()
        assert running.open(rotated.seal(b"x", associated_data=HERE), associated_data=HERE) == b"x"
        assert running.is_current(running.seal(b"x", associated_data=HERE))
        assert running.current == rotated.current

    def test_rotation_by_two_processes_keeps_both_keys(self, tmp_path: Path) -> None:
        one, two = KeyRing.from_file(tmp_path / "keys.json"), KeyRing.from_file(tmp_path / "keys.json")
        envelopes = [one.seal(b"0", associated_data=HERE), one.with_new_key().seal(b"1", associated_data=HERE)]
        envelopes.append(two.with_new_key().seal(b"2", associated_data=HERE))
        assert [one.open(envelope, associated_data=HERE) for envelope in envelopes] == [b"0", b"1", b"2"]

    def test_rotation_of_environment_keys_is_refused(self) -> None:
        with pytest.raises(KeysReadOnly, match="YTEMPIRE_SECURITY__KEYS"):
            RING.with_new_key()


def _start(path: Path, barrier: Barrier, results: multiprocessing.Queue[bytes], number: int) -> None:
    barrier.wait(60)
    results.put(KeyRing.from_file(path).seal(str(number).encode(), associated_data=HERE))
