"""The data folder of an installation, and its permissions."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ytempire.kit.errors import YtempireError
from ytempire.settings import Settings

CHECKOUT = Path(__file__).parents[3]
# sockaddr_un.sun_path holds 108 bytes with its final NUL (104 on macOS); ".s.PGSQL.5432" and "/" take 14
LONGEST_SOCKET_FOLDER = 85
MARKER = "YTEMPIRE"  # a file in every data folder; a folder without it is refused


class HomeUnusable(YtempireError):
    code = "home_unusable"


@dataclass(frozen=True)
class ServerUser:
    """The user that runs PostgreSQL and Valkey. `switch` is None for the user of this process."""

    name: str
    switch: tuple[int, int] | None


def server_user(settings: Settings) -> ServerUser:
    """Return the server user: as root `settings.server_user`, ytempire or nobody, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return ServerUser(pwd.getpwuid(os.geteuid()).pw_name, None)
    for name in filter(None, (settings.server_user, "ytempire", "nobody")):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name == settings.server_user:
                raise HomeUnusable(
                    f"There is no user “{name}” to run the database.",
                    hint="Set YTEMPIRE_SERVER_USER to an existing user.",
                ) from None
            continue
        return ServerUser(entry.pw_name, (entry.pw_uid, entry.pw_gid))
    raise HomeUnusable(
        "PostgreSQL does not run as root, and this machine has no other user for it.",
        hint="Create one (useradd --system ytempire), then start again.",
    )


@dataclass(frozen=True)
class Home:
    """The data folder. `servers` belongs to the server user, all else to the user of this process."""

    root: Path
    user: ServerUser

    @property
    def postgres(self) -> Path:
        return self.root / "servers" / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "servers" / "valkey"

    @property
    def install(self) -> Path:
        """Copies of the servers' programs for the server user."""
        return self.root / "servers" / "install"

    @property
    def sockets(self) -> Path:
        folder = self.root / "servers" / "run"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return Path("/tmp") / f"ytempire-{os.geteuid()}-{_short_hash(self.root)}"  # noqa: S108  # 0700 and ours, checked

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sandbox(self) -> Path:
        """The folder of the sandbox, which stands for another company: nothing else reads it."""
        return self.root / "sandbox"

    @property
    def keys(self) -> Path:
        """The keys that open stored secrets; a backup of the database is useless without them."""
        return self.root / "keys.json"

    @property
    def lock(self) -> Path:
        return self.root / "supervisor.lock"

    @property
    def state(self) -> Path:
        return self.root / "supervisor.json"

    def prepare(self) -> None:
        """Create the folders with the right owners. Raises HomeUnusable."""
        if self.user.switch:
            _require_reachable(self.root.parent, self.user)
        try:
            self._take_root()
            for folder in (self.objects, self.work, self.models, self.logs, self.sandbox):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o700)
            # the server user must pass through to its own folders, and see nothing else in here
            for folder in (self.root, self.root / "servers"):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o711 if self.user.switch else 0o700)
            for folder in (self.install, self.valkey, self.sockets):
                folder.mkdir(parents=True, exist_ok=True)
                if self.user.switch:
                    os.chown(folder, *self.user.switch)
                folder.chmod(0o700)
            _require_own(self.sockets, self.user)
        except OSError as error:
            raise HomeUnusable(
                f"The data folder {self.root} cannot be used: {error.strerror}.",
                hint="Correct its permissions, or set YTEMPIRE_HOME to another folder.",
            ) from error

    def _take_root(self) -> None:
        """Use an empty folder or an earlier data folder; refuse a folder with other files."""
        self.root.mkdir(parents=True, exist_ok=True)
        marker = self.root / MARKER
        if not marker.exists():
            if any(self.root.iterdir()):
                raise HomeUnusable(
                    f"The folder {self.root} has other files and cannot be the data folder of YTEMPIRE.",
                    hint="Set YTEMPIRE_HOME to an empty or a new folder.",
                )
            marker.write_text("This folder belongs to YTEMPIRE; its contents are managed by `ytempire`.\n")


def _require_reachable(folder: Path, user: ServerUser) -> None:
    """Require that the server user can enter every folder above its own. Raises HomeUnusable."""
    assert user.switch is not None
    uid, gid = user.switch
    for place in (folder, *folder.parents):
        if not place.is_dir():
            continue
        status = place.stat()
        needed = stat.S_IXUSR if status.st_uid == uid else stat.S_IXGRP if status.st_gid == gid else stat.S_IXOTH
        if not status.st_mode & needed:
            raise HomeUnusable(
                f"The user {user.name}, who runs the database because you are root, cannot enter {place}.",
                hint="Unset YTEMPIRE_HOME, or set it to a folder that every user can enter, such as one in /var/lib.",
            )


def _require_own(folder: Path, user: ServerUser) -> None:
    """Require that a folder in a shared place is ours: another user may have created it. Raises HomeUnusable."""
    expected = user.switch[0] if user.switch else os.geteuid()
    status = folder.lstat()
    if status.st_uid != expected or not stat.S_ISDIR(status.st_mode):
        raise HomeUnusable(f"{folder} belongs to another user.", hint="Remove it, or use a shorter YTEMPIRE_HOME.")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def default_root() -> Path:
    """Return the folder of this installation: `<base>/<name of the checkout>-<hash of its path>`.

    Outside the checkout, because the server user may not be able to reach into it (a clone under /root).
    """
    base = Path("/var/lib/ytempire") if os.geteuid() == 0 else platformdirs.user_data_path("ytempire")
    return base / f"{CHECKOUT.name}-{_short_hash(CHECKOUT)}"


def home_of(settings: Settings) -> Home:
    root = (settings.home.expanduser() if settings.home else default_root()).absolute()
    return Home(root, server_user(settings))
