"""The object store: whole or not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ytempire.kit.storage import ObjectDamaged, ObjectStore


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")


def test_get_returns_stored_bytes(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "a.bin"
    source.write_bytes(b"hello")
    kept = store.put(source)
    assert store.get(kept.sha256, kept.size_bytes).read_bytes() == b"hello"
    assert store.put_bytes(b"hello") == kept


def test_put_names_object_by_sha256(store: ObjectStore) -> None:
    assert store.put_bytes(b"").sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("damage", [b"", b"jello", b"hello and more"])
def test_get_damaged_object_raises(store: ObjectStore, damage: bytes) -> None:
    kept = store.put_bytes(b"hello")
    store.path(kept.sha256).write_bytes(damage)
    with pytest.raises(ObjectDamaged):
        store.get(kept.sha256, kept.size_bytes)


def test_get_missing_object_raises(store: ObjectStore) -> None:
    with pytest.raises(ObjectDamaged):
        store.get("0" * 64, 1)


def test_put_again_repairs_truncated_object(store: ObjectStore) -> None:
    kept = store.put_bytes(b"hello")
    store.path(kept.sha256).write_bytes(b"he")
    store.put_bytes(b"hello")
    assert store.get(kept.sha256, kept.size_bytes).read_bytes() == b"hello"


def test_put_same_bytes_concurrently_leaves_one_object(store: ObjectStore) -> None:
    data = b"x" * 3_000_000
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(store.put_bytes, [data] * 16))
    assert len(kept) == 1
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [kept.pop().sha256]


def test_delete_partial_files_removes_files_of_killed_writer(store: ObjectStore) -> None:
    kept = store.put_bytes(b"hello")
    (store.path(kept.sha256).parent / ".abc.part").write_bytes(b"he")
    assert store.delete_partial_files() == 1
    assert store.get(kept.sha256, 5).exists()
