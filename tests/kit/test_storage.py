"""The object store: whole or not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ytempire.kit.storage import ObjectDamaged, ObjectStore


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")


def test_gives_back_what_was_put(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "a.bin"
    source.write_bytes(b"hello")
    kept = store.put(source)
    assert store.get(kept.sha256, kept.size_bytes).read_bytes() == b"hello"
    assert store.put_bytes(b"hello") == kept


def test_names_are_hashes_of_the_bytes(store: ObjectStore) -> None:
    assert store.put_bytes(b"").sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("damage", [b"", b"jello", b"hello and more"])
def test_notices_damage(store: ObjectStore, damage: bytes) -> None:
    kept = store.put_bytes(b"hello")
    store.path(kept.sha256).write_bytes(damage)
    with pytest.raises(ObjectDamaged):
        store.get(kept.sha256, kept.size_bytes)


def test_notices_absence(store: ObjectStore) -> None:
    with pytest.raises(ObjectDamaged):
        store.get("0" * 64, 1)


def test_a_truncated_object_is_mended_by_putting_it_again(store: ObjectStore) -> None:
    kept = store.put_bytes(b"hello")
    store.path(kept.sha256).write_bytes(b"he")
    store.put_bytes(b"hello")
    assert store.get(kept.sha256, kept.size_bytes).read_bytes() == b"hello"


def test_many_writers_of_the_same_bytes_leave_one_object(store: ObjectStore) -> None:
    data = b"x" * 3_000_000
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(store.put_bytes, [data] * 16))
    assert len(kept) == 1
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [kept.pop().sha256]


def test_sweeps_what_a_killed_writer_left(store: ObjectStore) -> None:
    kept = store.put_bytes(b"hello")
    (store.path(kept.sha256).parent / ".abc.part").write_bytes(b"he")
    assert store.delete_partial_files() == 1
    assert store.get(kept.sha256, 5).exists()
