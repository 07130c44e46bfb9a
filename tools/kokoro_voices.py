"""Make `assets/voices/kokoro.npz` from the voices of kokoro-js 1.2.1 (`npm pack kokoro-js@1.2.1`, Apache-2.0).

python -m tools.kokoro_voices kokoro-js-1.2.1.tgz
"""

from __future__ import annotations

import hashlib
import sys
import tarfile
from pathlib import Path

import numpy as np

from ytempire.studio.voice.kokoro.styles import MAX_SYMBOLS, SHIPPED, STYLE_SIZE
from ytempire.studio.voice.kokoro.voices import VOICES

PACKAGE_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"


def main() -> None:
    package = Path(sys.argv[1])
    if hashlib.sha256(package.read_bytes()).hexdigest() != PACKAGE_SHA256:
        sys.exit(f"{package} is not kokoro-js 1.2.1")
    with tarfile.open(package) as archive:
        tables = {name: _table(archive, name) for name in VOICES}
    SHIPPED.parent.mkdir(exist_ok=True)
    np.savez_compressed(SHIPPED, allow_pickle=False, **tables)


def _table(archive: tarfile.TarFile, name: str) -> np.ndarray:
    file = archive.extractfile(f"package/voices/{name}.bin")
    assert file is not None
    return np.frombuffer(file.read(), dtype="<f4").reshape(MAX_SYMBOLS, STYLE_SIZE)


if __name__ == "__main__":
    main()
