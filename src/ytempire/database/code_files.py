"""The SQL files that are applied again when they change: functions, views, triggers, policies and grants.

What concerns all domains is in `code/`, where tenancy is judged at a glance; what is one domain's own is in its `sql/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains

FOLDER = Path(__file__).parent / "code"


def code_files(domains: Sequence[Domain] | None = None) -> dict[str, Path]:
    """Return all files, by the path under which `core.applied_code` knows them, in the order of their application.

    What analysts read is made of tables and of other code, and grants name all that there is: these come last.
    """
    files = {file.relative_to(FOLDER).as_posix(): file for file in sorted(FOLDER.rglob("*.sql"))}
    for domain in registered_domains() if domains is None else domains:
        files |= {f"{domain.path}/{file.name}": file for file in sorted((domain.folder / "sql").glob("*.sql"))}
    return dict(sorted(files.items(), key=lambda entry: (is_grants(entry[0]), is_for_analysts(entry[0]))))


def is_for_analysts(path: str) -> bool:
    return Path(path).name.startswith("masked")


def is_grants(path: str) -> bool:
    return Path(path).name == "grants.sql"
