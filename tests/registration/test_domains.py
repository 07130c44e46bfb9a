"""The list of domains, and what each declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains

PACKAGES = Path(__file__).parents[2] / "src" / "ytempire"


def test_registered_domains_are_all_folders_with_a_declaration() -> None:
    folders = {file.parent.relative_to(PACKAGES).as_posix() for file in PACKAGES.rglob("domain.py")}
    assert {domain.path for domain in registered_domains()} == folders - {"registration"}


@pytest.mark.parametrize("domain", registered_domains(), ids=lambda domain: domain.path)
def test_domain_references_resolve_and_name_all_that_is_there(domain: Domain) -> None:
    references = [*domain.routers, domain.register_tasks, domain.periodic_tasks, domain.sealed_columns]
    others = [domain.commit_listener, domain.notified_messages, domain.published_messages]
    for reference in filter(None, [*references, *others]):
        assert domain.resolve(reference) is not None
    domain.import_models()
    modules = {reference.partition(":")[0] for reference in filter(None, references)} | {domain.models}
    expected = {
        file.relative_to(domain.folder).with_suffix("").as_posix().replace("/", ".")
        for file in domain.folder.rglob("*.py")
        if file.stem in {"models", "tasks", "periodic", "sealed"} or file.stem.endswith("endpoints")
    }
    assert expected <= modules


def test_api_of_all_domains_does_not_import_what_draws_speaks_and_encodes() -> None:
    source = (
        "import sys; from ytempire.app import create_app; create_app();"
        "sys.exit(any(name in sys.modules for name in"
        " ('ytempire.production.steps.registry', 'ytempire.production.runner', 'ytempire.embeddings.embedding',"
        " 'ytempire.studio.render.encode', 'ytempire.studio.visuals.drawing')))"
    )
    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0
