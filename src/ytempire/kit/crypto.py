"""Secrets at rest: AES-256-GCM envelopes, and the ring of keys that opens them.

An envelope is `format (1 byte) | length of the key's id (1) | key id | nonce (12) | ciphertext and tag`. What stands
before the nonce, and the associated data (where the secret lies), are authenticated: an envelope copied to another
row does not open.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ytempire.kit.errors import Conflict, YtempireError

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12  # random: one key may seal 2^32 secrets before a repetition is likelier than 2^-32 (NIST SP 800-38D)
TAG_BYTES = 16
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
ENVIRONMENT = "YTEMPIRE_SECURITY__KEYS"


class KeysUnusable(YtempireError):
    """The keys for stored secrets cannot be used as they are; an operator must act."""

    status = 503  # neither the caller's fault nor a bug of ours
    exit_code = 2
    code = "invalid_keys"


class KeysReadOnly(Conflict):
    """The keys come from the environment, which we cannot write."""

    code = "keys_read_only"


class EnvelopeMalformed(YtempireError):
    """This is no whole envelope of a format that we know."""

    code = "envelope_malformed"


class KeyUnknown(YtempireError):
    """The envelope names a key that is not in the ring."""

    code = "unknown_key"


class EnvelopeTampered(YtempireError):
    """Not what was sealed: altered, copied from elsewhere, or another key under the same id."""

    code = "envelope_tampered"


@dataclass(frozen=True)
class _Keys:
    current: str
    by_id: Mapping[str, bytes] = field(repr=False)
    # inode and time of change of the file that these were read from; None for the environment
    seen: tuple[int, int] | None


class KeyRing:
    """AES-256 keys by id, one of them current. Old ones stay, so that what they sealed still opens.

    A ring from a file follows the file: a key that another process added is used at once, by every process. Every
    method raises KeysUnusable when the file has become unusable.
    """

    def __init__(self, keys: _Keys, path: Path | None) -> None:
        self._keys = keys
        self._path = path

    def __repr__(self) -> str:
        return f"KeyRing(current={self._keys.current!r}, keys={len(self._keys.by_id)})"

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """The ring in a JSON document as the file has it, given in the environment. Raises KeysUnusable."""
        return cls(_decode(text, source=ENVIRONMENT), None)

    @classmethod
    def from_file(cls, path: Path) -> KeyRing:
        """The ring in `path`, made there with one new key if there is no such file. Raises KeysUnusable.

        Processes that start at the same time end with one file. Blocking, as are the others: a few system calls.
        """
        try:
            if not path.exists():
                with _locked(path):
                    if not path.exists():
                        _write_key_file(path, {})
        except OSError as error:
            raise _no_file(path, error) from error
        return cls(_read_key_file(path), path)

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._now().current

    def seal(self, plaintext: bytes, *, associated_data: str) -> bytes:
        """An envelope that opens with the same `associated_data` alone, which is `table/column/id of the row`."""
        keys = self._now()
        head = _head(keys.current)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return head + nonce + AESGCM(keys.by_id[keys.current]).encrypt(nonce, plaintext, head + _bytes(associated_data))

    def open(self, envelope: bytes, *, associated_data: str) -> bytes:
        """What was sealed. Raises EnvelopeMalformed, KeyUnknown, EnvelopeTampered."""
        key_id = key_id_of(envelope)
        key = self._now().by_id.get(key_id)
        if key is None:
            raise KeyUnknown(
                f"A stored secret was sealed with the key “{key_id}”, which is not among ours.",
                hint="Bring back the file of keys that belongs to this database.",
            )
        head = _head(key_id)
        nonce, sealed = envelope[len(head) : len(head) + NONCE_BYTES], envelope[len(head) + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, sealed, head + _bytes(associated_data))
        except InvalidTag:
            raise EnvelopeTampered(
                f"A stored secret ({associated_data}) is not what was sealed there.",
                hint="It was altered or copied, or its key was replaced: restore the row, or enter the secret again.",
            ) from None

    def is_current(self, envelope: bytes) -> bool:
        """Whether rotation may leave this envelope as it is. Raises EnvelopeMalformed."""
        return key_id_of(envelope) == self._now().current

    @property
    def current_prefix(self) -> bytes:
        """How every envelope of the current key begins, and none of another: to find the others in a table."""
        return _head(self._now().current)

    def with_new_key(self) -> KeyRing:
        """The ring with a new current key, durable in the file before this returns; old keys are kept.

        Raises KeysReadOnly for a ring from the environment.
        """
        if self._path is None:
            raise KeysReadOnly(
                "The keys come from the environment and cannot be changed here.",
                hint=f"Add a key to {ENVIRONMENT}, make it current there, and start again.",
            )
        try:
            with _locked(self._path):
                # what is in the file now: a key that another process added meanwhile must not be lost
                _write_key_file(self._path, _read_key_file(self._path).by_id)
        except OSError as error:
            raise _no_file(self._path, error) from error
        return KeyRing(_read_key_file(self._path), self._path)

    def _now(self) -> _Keys:
        if self._path is not None:
            try:
                status = self._path.stat()
            except OSError as error:
                # a key that is only in memory must not seal: what it sealed would be lost with this process
                raise _no_file(self._path, error) from error
            if (status.st_ino, status.st_mtime_ns) != self._keys.seen:
                self._keys = _read_key_file(self._path)
        return self._keys


def load_keys(path: Path, configured: str | None) -> KeyRing:
    """The ring of this installation: as the environment has it, else from the file. Raises KeysUnusable."""
    return KeyRing.from_file(path) if configured is None else KeyRing.from_text(configured)


def key_id_of(envelope: bytes) -> str:
    """The id of the key that sealed it. Raises EnvelopeMalformed; says nothing about whether it opens."""
    if len(envelope) < 2 or envelope[0] != FORMAT:
        raise EnvelopeMalformed("A stored secret is not in a format that we know.")
    end = 2 + envelope[1]
    key_id = envelope[2:end].decode("ascii", "replace")
    if len(envelope) < end + NONCE_BYTES + TAG_BYTES or not KEY_ID.fullmatch(key_id):
        raise EnvelopeMalformed("A stored secret is cut off or damaged.")
    return key_id


def _head(key_id: str) -> bytes:
    return bytes((FORMAT, len(key_id))) + key_id.encode("ascii")


def _bytes(associated_data: str) -> bytes:
    if not associated_data:
        raise ValueError("An envelope needs associated data: without it the secret would open anywhere.")
    return associated_data.encode()


def _decode(text: str, *, source: str, seen: tuple[int, int] | None = None) -> _Keys:
    """`{"current": id, "keys": {id: base64 of 32 bytes}}`."""
    try:
        document = json.loads(text)
        current = document["current"]
        keys = {key_id: base64.b64decode(key, validate=True) for key_id, key in document["keys"].items()}
        sound = current in keys and all(KEY_ID.fullmatch(name) and len(keys[name]) == KEY_BYTES for name in keys)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        sound = False
    # outside the handler, because an error of the parser carries the text, and that holds the keys
    if not sound:
        raise KeysUnusable(
            f"{source} does not hold keys.",
            hint='It looks like {"current": "a1", "keys": {"a1": "<32 bytes in base64>"}}; restore it from a backup.',
        )
    return _Keys(current, keys, seen)


def _no_file(path: Path, error: OSError) -> KeysUnusable:
    return KeysUnusable(
        f"The file of keys {path} cannot be used: {error.strerror}.",
        hint=f"Restore it, mend the permissions of its folder, or give the keys in {ENVIRONMENT}.",
    )


def _read_key_file(path: Path) -> _Keys:
    try:
        # the open file is looked at, so that nobody can exchange it between the look and the reading
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        raise _no_file(path, error) from error
    if status.st_mode & 0o077:
        raise KeysUnusable(
            f"Others on this machine may read or change the file of keys {path}.",
            hint=f"Run `chmod 600 '{path}'`, and rotate the keys if somebody may have read them.",
        )
    return _decode(text, source=str(path), seen=(status.st_ino, status.st_mtime_ns))


def _write_key_file(path: Path, present: Mapping[str, bytes]) -> None:
    """The present keys and a new current one as the file, whole and on the disk: with a key goes what it sealed."""
    current = secrets.token_hex(4)
    while current in present:
        current = secrets.token_hex(4)
    keys = {**present, current: secrets.token_bytes(KEY_BYTES)}
    document = {"current": current, "keys": {name: base64.b64encode(key).decode() for name, key in keys.items()}}
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one process at a time makes or changes the file; the kernel releases the lock of a dead one."""
    with os.fdopen(os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
