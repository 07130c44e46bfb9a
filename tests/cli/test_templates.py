"""`ytempire templates`, and `ytempire produce --template`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import procrastinate
import pytest

from tests.conftest import Database
from tests.forked_process import ytempire
from tests.production.conftest import queue, store
from tests.production.factories import ARTICLE
from ytempire.channels import templates
from ytempire.channels.default_personas import DEFAULT_PERSONA
from ytempire.channels.template_settings import TemplateSettings
from ytempire.channels.templates import TemplateText
from ytempire.cli.produce import ProduceArguments, order_run
from ytempire.kit.database import Sessions
from ytempire.kit.errors import NotFound
from ytempire.kit.storage import ObjectStore
from ytempire.production.models import Run
from ytempire.production.run_options import Options
from ytempire.runtime.home import Home

__all__ = ["queue", "store"]


class TemplateCommands:
    def __init__(self, database: Database, home: Home) -> None:
        self.environment = {
            **os.environ,
            "YTEMPIRE_HOME": str(home.root),
            "YTEMPIRE_DATABASE__URL": database.app_url,
            "YTEMPIRE_DATABASE__OWNER_URL": database.owner_url,
            "YTEMPIRE_DATABASE__WORKER_URL": database.worker_url,
            "YTEMPIRE_CACHE__URL": "redis://localhost:1/0",  # no command of ours asks the cache here
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return ytempire("templates", *arguments, environment=self.environment)

    def document(self, *arguments: str) -> dict[str, Any]:
        completed = self.run(*arguments, "--json")
        assert (completed.returncode, completed.stderr) == (0, "")
        document: dict[str, Any] = json.loads(completed.stdout)
        return document


@pytest.fixture
def commands(database: Database, server_home: Home) -> TemplateCommands:
    return TemplateCommands(database, server_home)


def test_template_is_created_listed_changed_and_deleted(commands: TemplateCommands) -> None:
    voice = '{"engine": "espeak", "words_per_minute": 140}'
    created = commands.document(
        "create", "Night sky", "--title", "{topic}: {title}", "--tag", "sky", "--tag", "stars", "--niche", "astronomy",
        "--seconds", "90", "--retention-target", "0.45", "--voice-settings", voice,
    )  # fmt: skip
    assert (created["tags"], created["niche"], created["seconds"]) == (["sky", "stars"], "astronomy", 90)
    assert (created["retention_target"], created["voice_settings"]["words_per_minute"]) == (0.45, 140)
    listed = commands.run("list")
    assert ("Night sky" in listed.stdout, "astronomy" in listed.stdout, "90 s" in listed.stdout) == (True, True, True)
    changed = commands.document("set", "night sky", "--name", "Stars", "--style", "explainer", "--clear", "seconds")
    assert (changed["name"], changed["style"], changed["seconds"]) == ("Stars", "explainer", None)
    kept = ("title", "tags", "niche", "retention_target", "voice_settings", "times_used", "average_score")
    assert {name: changed[name] for name in kept} == {name: created[name] for name in kept}
    assert commands.document("show", created["id"]) == changed
    assert commands.run("delete", "Stars").stdout == "The template “Stars” is deleted.\n"
    assert commands.document("list") == {"items": []}


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("show", "Nobody"), 1, "There is no template “Nobody”."),
        (("create", "A", "--title", "{subject}"), 2, "Title may not hold {subject"),
        (("create", "A", "--description", "Words."), 2, "Description needs {credits}"),
        (("create", "A", "--retention-target", "45 %"), 2, "Retention target: Input should be a valid decimal"),
        (("create", "A", "--voice-settings", "espeak"), 2, "--voice-settings is not JSON"),
        (("create", "A", "--visual-settings", '["waves"]'), 2, "--visual-settings is not a JSON object"),
        (("create", "A", "--visual-settings", '{"motif": "stars"}'), 2, "Visual settings motif"),
        (("set", "A", "--clear", "title"), 2, "“title” cannot be empty"),
    ],
)
def test_template_command_with_invalid_input_says_why(
    commands: TemplateCommands, arguments: tuple[str, ...], status: int, message: str
) -> None:
    completed = commands.run(*arguments)
    assert (completed.returncode, completed.stdout) == (status, "")
    assert message in completed.stderr


def produce_arguments(template: str) -> ProduceArguments:
    return ProduceArguments(
        source=Path("sky.md"),
        data=ARTICLE,
        out=None,
        channel=DEFAULT_PERSONA.name,
        options=Options(),
        template=template,
        key=None,
        allow_duplicate=False,
        as_json=True,
    )


async def test_produce_with_template_orders_its_length(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore
) -> None:
    async with sessions.begin() as session:
        settings = TemplateSettings(seconds=45)
        template = await templates.create_template(session, "House", TemplateText(), settings, shared=False)
    run_id = await order_run(sessions, queue, store, produce_arguments("house"))
    async with sessions.begin() as session:
        options = (await session.get_one(Run, run_id)).request["options"]
    assert (options["template_id"], options["seconds"]) == (str(template.id), 45)


async def test_produce_with_unknown_template_orders_nothing(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore
) -> None:
    with pytest.raises(NotFound, match="There is no template “House”"):
        await order_run(sessions, queue, store, produce_arguments("House"))
