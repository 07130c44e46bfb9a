"""Where data lives, and what is said when it cannot."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from ytempire.runtime.home import LONGEST_SOCKET_FOLDER, Home, HomeUnusable, ServerUser, home_of, server_user
from ytempire.settings import Settings

ME = server_user(Settings())


def test_home_default_is_outside_checkout() -> None:
    root = home_of(Settings()).root
    assert not root.is_relative_to(Path(__file__).parents[2])
    assert "ytempire" in str(root)


def test_home_setting_is_used(tmp_path: Path) -> None:
    assert home_of(Settings(home=tmp_path / "here")).root == tmp_path / "here"


def test_server_user_unknown_is_refused_by_name() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root switches users")
    with pytest.raises(HomeUnusable, match="no user “nosuchuser”"):
        server_user(Settings(server_user="nosuchuser"))


def test_home_folder_with_other_files_is_refused_unchanged() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        precious = Path(folder) / "work" / "precious" / "thesis.txt"
        precious.parent.mkdir(parents=True)
        precious.write_text("years of work")
        with pytest.raises(HomeUnusable, match="has other files"):
            Home(Path(folder), ME).prepare()
        assert precious.read_text() == "years of work"
        assert Path(folder).stat().st_mode & 0o777 == 0o755


def test_home_with_long_path_uses_short_socket_folder() -> None:
    deep = Home(Path("/" + "x" * 120), ServerUser("somebody", None))
    assert len(os.fsencode(deep.sockets)) <= LONGEST_SOCKET_FOLDER
    assert deep.sockets != Home(Path("/" + "y" * 120), ServerUser("somebody", None)).sockets


def test_home_unreachable_for_server_user_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    other = Home(tmp_path / "home", ServerUser("somebody", (64_999, 64_999)))
    with pytest.raises(HomeUnusable, match="somebody, who runs the database because you are root, cannot enter"):
        other.prepare()
    assert not other.root.exists()


def test_home_folders_are_private_to_owner() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        home = Home(Path(folder) / "home", ME)
        home.prepare()
        home.sandbox.chmod(0o755)  # as earlier versions made it
        home.prepare()
        modes = [place.stat().st_mode & 0o077 for place in (home.root, home.sockets, home.sandbox)]
    assert modes == [0o011 if ME.switch else 0, 0, 0]


def test_home_path_blocked_by_file_is_refused_with_hint() -> None:
    with tempfile.NamedTemporaryFile() as file:
        with pytest.raises(HomeUnusable, match="cannot be used") as raised:
            Home(Path(file.name) / "home", ME).prepare()
        assert "YTEMPIRE_HOME" in str(raised.value.hint)
