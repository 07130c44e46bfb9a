"""Where an installation keeps its data, and who may touch it."""

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
MARKER = "YTEMPIRE"  # a file in every data folder, without which a folder is not taken for one


class HomeUnusable(YtempireError):
    code = "home_unusable"


@dataclass(frozen=True)
class ServerUser:
    """Who runs PostgreSQL and Valkey. `switch` is None when that is whoever started us."""

    name: str
    switch: tuple[int, int] | None


def server_user(settings: Settings) -> ServerUser:
    """PostgreSQL refuses to run as root: as root, `settings.server_user`, a user named ytempire, or nobody."""
    if os.geteuid() != 0:
        return ServerUser(pwd.getpwuid(os.geteuid()).pw_name, None)
    for name in filter(None, (settings.server_user, "ytempire", "nobody")):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name == settings.server_user:
                raise HomeUnusable(
                    f"There is no user named “{name}” to run the database.",
                    hint="Name an existing one in YTEMPIRE_SERVER_USER.",
                ) from None
            continue
        return ServerUser(entry.pw_name, (entry.pw_uid, entry.pw_gid))
    raise HomeUnusable(
        "PostgreSQL does not run as root, and this machine has no unprivileged user for it.",
        hint="Create one (useradd --system ytempire) and start again.",
    )


@dataclass(frozen=True)
class Home:
    """The data folder. `servers` belongs to the server user, all else to whoever started us."""

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
        """The local YouTube's, which is another company's: nothing of ours looks in here."""
        return self.root / "sandbox"

    @property
    def keys(self) -> Path:
        """The keys that open stored secrets; a backup of the database is worth nothing without it."""
        return self.root / "keys.json"

    @property
    def lock(self) -> Path:
        return self.root / "supervisor.lock"

    @property
    def state(self) -> Path:
        return self.root / "supervisor.json"

    def prepare(self) -> None:
        """Make the folders with the right owners. Raises HomeUnusable in one sentence."""
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
                hint="Mend its permissions, or name another in YTEMPIRE_HOME.",
            ) from error

    def _take_root(self) -> None:
        """Use an empty folder or one of ours; a folder with other things in it is somebody's, and left alone."""
        self.root.mkdir(parents=True, exist_ok=True)
        marker = self.root / MARKER
        if not marker.exists():
            if any(self.root.iterdir()):
                raise HomeUnusable(
                    f"The folder {self.root} holds other things and cannot be YTEMPIRE's data folder.",
                    hint="Name an empty or a new one in YTEMPIRE_HOME.",
                )
            marker.write_text("This folder belongs to YTEMPIRE; its contents are managed by `ytempire`.\n")


def _require_reachable(folder: Path, user: ServerUser) -> None:
    """The server user must be able to pass through every folder above its own."""
    assert user.switch is not None
    uid, gid = user.switch
    for place in (folder, *folder.parents):
        if not place.is_dir():
            continue
        found = place.stat()
        needed = stat.S_IXUSR if found.st_uid == uid else stat.S_IXGRP if found.st_gid == gid else stat.S_IXOTH
        if not found.st_mode & needed:
            raise HomeUnusable(
                f"The user {user.name}, who runs the database when you are root, cannot pass through {place}.",
                hint="Leave YTEMPIRE_HOME unset, or name a folder that everybody can reach, such as one in /var/lib.",
            )


def _require_own(folder: Path, user: ServerUser) -> None:
    """A folder in a shared place may have been laid there by somebody else."""
    expected = user.switch[0] if user.switch else os.geteuid()
    found = folder.lstat()
    if found.st_uid != expected or not stat.S_ISDIR(found.st_mode):
        raise HomeUnusable(f"{folder} belongs to somebody else.", hint="Remove it, or use a shorter YTEMPIRE_HOME.")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def default_root() -> Path:
    """One folder for each installation: `<base>/<name of the checkout>-<hash of its path>`.

    Outside the checkout, because the server user may not be able to reach into it (a clone under /root).
    """
    base = Path("/var/lib/ytempire") if os.geteuid() == 0 else platformdirs.user_data_path("ytempire")
    return base / f"{CHECKOUT.name}-{_short_hash(CHECKOUT)}"


def home_of(settings: Settings) -> Home:
    root = (settings.home.expanduser() if settings.home else default_root()).absolute()
    return Home(root, server_user(settings))
