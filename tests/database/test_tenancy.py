"""Walks every table and view as every role: one's own is seen; others' is neither seen, changed nor inferred."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database, own_database
from tests.database.tenants import Tenant, make_tenant
from tests.relay import relay
from tests.users import sessions_as
from tests.worker_context import worker_settings
from ytempire.database.catalog import catalog
from ytempire.ingest.ingestor import Ingestor
from ytempire.kit.database import connect, conninfo
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.runtime.home import Home
from ytempire.runtime.postgres import EmbeddedPostgres
from ytempire.worker.process import open_worker_context, register_domains

PARTITION = re.compile(r"_y20\d\d|\.video_deltas_\d$")
"""They are read through their parents alone."""
# What tells nothing of anybody: everybody signed in may read it.
REFERENCE = {
    "analytics.delta_segments",
    "analytics.ingest_state",
    "core.alembic_version",
    "core.alert_rules",
    "core.applied_code",
    "core.categories",
    "core.feature_flags",
    "core.prices",
}
# What only the platform itself reads, whoever the row is about.
PLATFORM = {
    "archive.changes",
    "core.account_tokens",
    "core.maintenance_log",
    "core.emails",
    "core.refresh_tokens",
    "core.sign_in_failures",
    "core.signing_keys",
    "core.setting_overrides",
    "core.search_vocabulary",
    "core.oauth_states",
    "core.outbox",
    "core.outbox_subscribers",
    "core.youtube_projects",
    "core.quota_usage",
    "jobs.procrastinate_events",
    "jobs.procrastinate_periodic_defers",
    "jobs.procrastinate_workers",
    "audit.changes",
    "audit.personal_values",
}
# Tables in which this test's people have nothing, because nothing of theirs can be in them.
EMPTY = {
    "archive.changes",
    "core.maintenance_log",
    "core.outbox_subscribers",
    "core.signing_keys",
    "core.setting_overrides",
    "jobs.procrastinate_periodic_defers",
    "jobs.procrastinate_workers",
}
VIEWS = {
    "analytics.realtime_metrics",
    "audit.trail",
    "core.job_queue",
    *(name for name, card in catalog().items() if card.schema_name == "metrics"),
}
MASKED = "masked."  # what analysts see, without anything about a person
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)
NO_ROWS = {"masked.users", "masked.run_artifacts"}  # beside what is asked for: of these there are none
GENERATED = {("core.videos", "search")}  # columns that nobody gives


@dataclass
class World:
    database: Database
    superuser_url: str
    one: Tenant
    other: Tenant
    # rows of each tenant, as JSON, by table
    of_one: dict[str, set[str]] = field(default_factory=dict)
    of_other: dict[str, set[str]] = field(default_factory=dict)


def tables(connection: psycopg.Connection) -> list[str]:
    """Every table and view of ours, partitions by themselves too."""
    rows = connection.execute(r"""
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
          AND n.nspname NOT LIKE 'pg\_t%'  -- what is big, and what is a session's own
        ORDER BY 1""").fetchall()
    return [row[0] for row in rows]


def snapshot(url: str) -> dict[str, set[str]]:
    with psycopg.connect(conninfo(url)) as connection:
        return {name: {row[0] for row in connection.execute(_all_of(name)).fetchall()} for name in tables(connection)}


def _all_of(name: str) -> sql.Composed:
    return sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(_identifier(name))


def _identifier(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))


@pytest.fixture(scope="module")
def prepared_world(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once, since it takes half a second; each test has a clone of its database."""
    with own_database(postgres) as database:
        yield asyncio.run(make_world(database, superuser_at(postgres, database), tmp_path_factory.mktemp("world")))


async def make_world(database: Database, superuser_url: str, folder: Path) -> World:
    engine = connect(database.app_url, pool_size=5)
    try:
        sessions, store = await sessions_as(engine, "operator"), ObjectStore(folder / "objects")
        async with (
            open_queue(database.app_url).open_async() as queue,
            Ingestor(database.app_url, application="test") as ingestor,
        ):
            with psycopg.connect(conninfo(superuser_url)) as admin:  # or nobody sees deltas
                admin.execute("UPDATE analytics.delta_segments SET status = 'open', opened_at = now() WHERE id = 0")
            first = snapshot(superuser_url)
            one = await make_tenant(sessions, queue, store, ingestor, "one")
            second = snapshot(superuser_url)
            other = await make_tenant(sessions, queue, store, ingestor, "other")
        third = snapshot(superuser_url)
    finally:
        await engine.dispose()
    return World(
        database,
        superuser_url,
        one,
        other,
        {name: second[name] - first.get(name, set()) for name in second},
        {name: third[name] - second.get(name, set()) for name in third},
    )


@pytest.fixture
def database_template(prepared_world: World) -> str:
    return prepared_world.database.name


@pytest.fixture
def world(prepared_world: World, database: Database, superuser_url: str) -> World:
    return replace(prepared_world, database=database, superuser_url=superuser_url)


@pytest.fixture
def superuser_url(database: Database, postgres: EmbeddedPostgres) -> str:
    return superuser_at(postgres, database)


def superuser_at(postgres: EmbeddedPostgres, database: Database) -> str:
    return postgres.superuser_url.replace("/postgres?", f"/{database.name}?")


def enter(connection: psycopg.Connection, subject: Subject | None) -> None:
    if subject is not None:
        connection.execute("SELECT core.set_subject(%s, %s, NULL, NULL, NULL)", [subject.user_id, subject.role])
        if subject.role == "analyst":
            connection.execute("SET LOCAL ROLE ytempire_analytics")


def read(connection: psycopg.Connection, name: str) -> set[str]:
    """All rows that can be read; none where reading is refused."""
    try:
        with connection.transaction():
            return {row[0] for row in connection.execute(_all_of(name)).fetchall()}
    except psycopg.errors.InsufficientPrivilege:
        return set()


def test_tenants_have_rows_in_every_table(world: World) -> None:
    """A new table is either filled here, or named above with the reason."""
    covered = {name for name, rows in world.of_other.items() if rows}
    partitions = {name for name in world.of_other if PARTITION.search(name)}
    assert {"core.users", "core.videos", "core.cost_lines", "jobs.procrastinate_jobs", "audit.changes"} <= covered
    assert set(world.of_other) - covered - EMPTY - partitions - REFERENCE - NO_ROWS - {"masked.categories"} == set()


def test_tenant_reads_own_rows_and_none_of_others(world: World) -> None:
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        for name in tables(connection):
            seen = read(connection, name)
            assert not seen & world.of_other[name], name
            if name in REFERENCE:
                continue
            if name in PLATFORM or name.startswith(("audit.", MASKED)) or PARTITION.search(name):
                assert seen == set(), name
            else:
                assert world.of_one[name] <= seen, name


@pytest.mark.parametrize("role", ["operator", "analyst", None])
def test_subject_without_user_reads_no_rows(world: World, role: str | None) -> None:
    """Without a user set, and for a user who has nothing."""
    subject = None if role is None else Subject(world.one.channel_id, role)  # type: ignore[arg-type]  # of no user
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, subject)
        for name in tables(connection):
            if role == "analyst" and name.startswith(MASKED):
                continue  # see below
            assert not read(connection, name) & (world.of_one[name] | world.of_other[name]), name


@pytest.mark.parametrize("role", ["ytempire_analytics", "ytempire_etl", "ytempire_worker"])
@pytest.mark.parametrize("claimed", ["nobody", "admin", "the other"])
def test_other_roles_with_forged_settings_read_no_rows(world: World, role: str, claimed: str) -> None:
    """The settings that policies read can be set by anybody who connects."""
    with psycopg.connect(conninfo(world.database.app_url.replace("ytempire_app@", f"{role}@"))) as connection:
        if claimed != "nobody":
            said = "service" if claimed == "admin" else "operator"
            connection.execute("SELECT set_config('app.user_id', %s, true)", [str(world.other.subject.user_id)])
            connection.execute("SELECT set_config('app.role', %s, true)", [said])
        for name in tables(connection):
            if role == "ytempire_worker" and name.startswith("jobs."):
                continue  # whose jobs it takes
            if role == "ytempire_analytics" and name.startswith(MASKED):
                continue  # see below
            assert not read(connection, name) & (world.of_one[name] | world.of_other[name]), name


def test_rows_of_other_tenant_cannot_be_updated_or_deleted(world: World) -> None:
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        for name, row, place in rows_of(world, world.of_other):
            column = sql.Identifier(next(iter(row)))
            for statement in (
                sql.SQL("UPDATE {} SET {} = {} WHERE ctid = %s::tid").format(_identifier(name), column, column),
                sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(_identifier(name)),
                sql.SQL("SELECT 1 FROM {} WHERE ctid = %s::tid FOR UPDATE").format(_identifier(name)),
            ):
                try:
                    with connection.transaction():
                        assert connection.execute(statement, [place]).rowcount == 0, (name, statement)
                except psycopg.errors.InsufficientPrivilege:
                    continue


def test_insert_copy_of_foreign_row_is_refused_before_unique_check(world: World) -> None:
    """A unique error would say that the value exists."""
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        for name, row, _ in rows_of(world, world.of_other):
            given = [column for column in row if (name, column) not in GENERATED]
            columns = sql.SQL(", ").join(map(sql.Identifier, given))
            insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM jsonb_populate_record(NULL::{}, %s)").format(
                _identifier(name), columns, columns, _identifier(name)
            )
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(insert, [psycopg.types.json.Jsonb(row)])


@pytest.mark.parametrize(
    "statement",
    [
        # the ledger, the limits and the alerts are nobody's to write
        "INSERT INTO core.cost_lines (video_id, channel_id, run_id, step, attempt, service, item, outcome, usage,"
        " amount_usd) SELECT id, %(channel)s, id, 'voice', 1, 'compute', 'cpu', 'success', '{}', -1000"
        " FROM core.videos",
        "UPDATE core.cost_reservations SET max_usd = 0",
        "UPDATE core.sessions SET revoked_at = NULL, expires_at = now() + interval '1 year'",
        "UPDATE core.runs SET requested_by = %(system)s",
        "INSERT INTO core.runs (channel_id, video_id, request, requested_by)"
        " SELECT %(channel)s, id, '{}', %(other)s FROM core.videos",
    ],
)
def test_statement_impersonating_other_user_is_refused(world: World, statement: str) -> None:
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        names = {
            "channel": world.one.channel_id,
            "system": SYSTEM.user_id,
            "other": world.other.subject.user_id,
        }
        try:
            changed = connection.execute(statement, names).rowcount  # type: ignore[arg-type]  # from the list above
        except psycopg.errors.InsufficientPrivilege:
            return
        assert changed == 0


# Each task of the queue, with the argument that says whose it is and the table of that.
TASKS = [
    ("production.run_step", "run_id", "core.runs"),
    ("publishing.upload_video", "publication_id", "core.publications"),
    ("publishing.edit_publication", "edit_id", "core.publication_edits"),
]


async def test_queue_tasks_all_have_tenancy_rule(world: World, cache_url: str, server_home: Home) -> None:
    async with open_worker_context(worker_settings(world.database, cache_url, server_home.root)) as context:
        await register_domains(context)
        known = {name for name in context.queue.tasks if "builtin" not in name}  # those are the library's own
    assert known == {task for task, _, _ in TASKS}


@pytest.mark.parametrize(("task", "argument", "table"), TASKS)
def test_job_of_foreign_channel_cannot_be_enqueued_or_read(world: World, task: str, argument: str, table: str) -> None:
    def enqueue(given: str, *, as_task: str = task) -> int:
        made = connection.execute(
            """SELECT unnest(jobs.procrastinate_defer_jobs_v1(ARRAY[ROW(
                'cpu', %s, 0, NULL, NULL, jsonb_build_object(%s::text, %s::text, 'step', 'voice'), NULL
            )::jobs.procrastinate_job_to_defer_v1]))""",
            [as_task, argument, given],
        ).fetchone()
        assert made is not None
        return int(made[0])

    own, others = (next(json.loads(row)["id"] for row in rows[table]) for rows in (world.of_one, world.of_other))
    seen = "SELECT job_type, channel_id FROM core.job_queue WHERE id = %s"
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        context = enqueue(own)
        assert connection.execute(seen, [context]).fetchone() == (task, world.one.channel_id)
        for given, as_task in ((others, task), ("none", task), (own, "publishing.something_else")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                enqueue(given, as_task=as_task)
        enter(connection, world.other.subject)
        assert connection.execute(seen, [context]).fetchone() is None
        enter(connection, SYSTEM)
        enqueue(others)


def test_run_for_foreign_video_is_refused(world: World) -> None:
    with psycopg.connect(conninfo(world.superuser_url)) as admin:
        [video] = admin.execute(
            "SELECT id FROM core.videos WHERE channel_id = %s", [world.other.channel_id]
        ).fetchone() or [None]
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(
                "INSERT INTO core.runs (channel_id, video_id, request) VALUES (%s, %s, '{}')",
                [world.one.channel_id, video],
            )


def test_user_cannot_change_own_role_or_email(world: World) -> None:
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        for change in (
            "role = 'admin'",
            "email = 'other@example.com'",
            "email = 'free@example.com'",
            "status = status",
        ):
            statement = f"UPDATE core.users SET {change} WHERE id = %s"
            if change == "status = status":
                connection.execute(statement, [world.one.subject.user_id])
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement, [world.one.subject.user_id])


def test_permission_level_limits_reads_and_writes(world: World) -> None:
    permit = "INSERT INTO core.permissions (user_id, channel_id, level) VALUES (%s, %s, %s)"
    rename = "UPDATE core.videos SET title = 'x' WHERE channel_id = %s"
    for level, changed in (("read", 0), ("write", 1), ("admin", 1)):
        with psycopg.connect(conninfo(world.database.app_url)) as connection:
            enter(connection, world.other.subject)
            connection.execute(permit, [world.one.subject.user_id, world.other.channel_id, level])
            enter(connection, world.one.subject)
            assert world.of_other["core.videos"] <= read(connection, "core.videos")
            assert connection.execute(rename, [world.other.channel_id]).rowcount == changed
            pay = "UPDATE core.channels SET name = 'mine now' WHERE id = %s"
            assert connection.execute(pay, [world.other.channel_id]).rowcount == (level == "admin")
            connection.rollback()


def test_channel_ids_follow_subject_of_transaction(world: World) -> None:
    """The policies' lists are made once: not twice the same, nobody's left over, and with what was made since."""
    channels = "SELECT core.channel_ids('read'), core.channel_ids('admin')"
    mine, theirs = world.one.channel_id, world.other.channel_id
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        assert connection.execute(channels).fetchone() == ([], [])
        enter(connection, world.one.subject)
        permit = "INSERT INTO core.permissions (user_id, channel_id, level) VALUES (%s, %s, 'read')"
        connection.execute(permit, [world.one.subject.user_id, mine])
        enter(connection, world.one.subject)
        assert connection.execute(channels).fetchone() == ([mine], [mine])
        enter(connection, world.other.subject)
        assert connection.execute(channels).fetchone() == ([theirs], [theirs])
        enter(connection, SYSTEM)
        assert connection.execute(channels).fetchone() == ([], [])
        enter(connection, world.one.subject)
        made = connection.execute("SELECT core.new_id()").fetchone()
        assert made is not None
        connection.execute(
            "INSERT INTO core.channels (id, owner_id, name, persona_id)"
            " SELECT %s, owner_id, 'another', persona_id FROM core.channels",
            made,
        )
        row = connection.execute(channels).fetchone()
        assert row == ([mine, made[0]], [mine, made[0]])
        renamed = connection.execute("UPDATE core.channels SET description = 'x' WHERE id = %s", [made[0]])
        assert renamed.rowcount == 1
        connection.commit()
        assert connection.execute(channels).fetchone() == ([], [])


def test_row_level_security_is_forced_for_table_owners(world: World) -> None:
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        rows = connection.execute("""
            SELECT n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('core', 'ml', 'jobs')""").fetchall()
    assert {row[0] for row in rows if not (row[1] and row[2])} == {"core.alembic_version", "core.applied_code"}


def test_views_are_security_invoker(world: World) -> None:
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        rows = connection.execute("""
            SELECT n.nspname || '.' || c.relname, coalesce('security_invoker=true' = ANY (c.reloptions), false)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
            """).fetchall()
    views = {name: invoker for name, invoker in rows if not name.startswith(MASKED)}
    assert set(views) == VIEWS
    assert all(views.values())


def test_analyst_reads_masked_views_without_personal_data(world: World) -> None:
    with psycopg.connect(conninfo(world.superuser_url)) as connection:
        secrets = connection.execute(
            "SELECT id::text, email, full_name FROM core.users WHERE email IS NOT NULL"
        ).fetchall()
    with psycopg.connect(
        conninfo(world.database.app_url.replace("ytempire_app@", "ytempire_analytics@"))
    ) as connection:
        masked = [name for name in tables(connection) if name.startswith(MASKED)]
        assert masked
        for name in masked:
            rows = read(connection, name)
            if name in NO_ROWS:
                assert not rows, name
                continue
            assert rows, name
            for statement in (f"DELETE FROM {name}", f"UPDATE {name} SET {columns(connection, name)[0]} = NULL"):
                with pytest.raises(REFUSED), connection.transaction():
                    connection.execute(statement)  # type: ignore[arg-type]  # names from the catalog
            for user_id, email, full_name in secrets:
                assert not any(word in "".join(rows) for word in (user_id, email, full_name)), name
            hidden = {
                column
                for card in catalog().values()
                if card.analyst_view and card.name == name.partition(".")[2]
                for column, one in card.columns.items()
                if one.personal != "none" or one.classification == "restricted"
            }
            shown = {column for row in rows for column, value in json.loads(row).items() if value is not None}
            assert not hidden & shown, name


def columns(connection: psycopg.Connection, name: str) -> list[str]:
    found = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(_identifier(name))).description
    assert found is not None
    return [one.name for one in found]


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_masked_views_for_other_roles_have_no_rows(world: World, role: str) -> None:
    """They show every tenant's rows, so nobody who has tenants of their own may read them."""
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, Subject(world.one.subject.user_id, role))  # type: ignore[arg-type]  # from the list above
        for name in tables(connection):
            if name.startswith(MASKED):
                assert read(connection, name) == set(), name


def test_functions_pin_search_path_with_pg_temp_last(world: World) -> None:
    """Unnamed, pg_temp comes first for types: somebody's temporary type would run as the function's owner."""
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        rows = connection.execute("""
            SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname IN ('core', 'audit', 'jobs') AND (p.prosecdef OR n.nspname <> 'jobs')
              AND p.proname <> 'new_id'
              -- a body in SQL's own syntax was read once, when the function was made
              AND (p.prosqlbody IS NULL OR p.prosecdef)
              AND NOT coalesce(p.proconfig::text, '') ~ 'search_path=[a-z_, ]*pg_temp"'""").fetchall()
    assert rows == []


async def test_run_end_after_lost_permission_notifies_no_requester(world: World) -> None:
    one, channel = world.one.subject, world.other.channel_id
    with psycopg.connect(conninfo(world.superuser_url)) as admin:
        admin.execute("SET session_replication_role = replica")  # as if they had ordered it while they had a permission
        admin.execute(
            "UPDATE core.runs SET requested_by = %s, idempotency_key = NULL WHERE channel_id = %s",
            [one.user_id, channel],
        )
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, one.as_platform())  # the worker settles in their name
        connection.execute(
            "UPDATE core.runs SET status = 'cancelled', completed_at = now() WHERE channel_id = %s", [channel]
        )
        connection.commit()
        enter(connection, one.as_platform())
        connection.execute(
            "UPDATE core.runs SET status = 'running', completed_at = NULL WHERE channel_id = %s", [channel]
        )
        connection.execute(
            "UPDATE core.runs SET status = 'failed', completed_at = now() WHERE channel_id = %s", [channel]
        )
        connection.commit()
        assert await relay(world.database) > 0
        enter(connection, one)
        about = """SELECT kind FROM core.event_log WHERE channel_id = %s
                   UNION ALL SELECT kind FROM core.notifications WHERE kind = 'run_failed'"""
        assert connection.execute(about, [channel]).fetchall() == []


def test_search_results_are_independent_of_foreign_scripts(world: World) -> None:
    """Or a made-up word with another ending, and a mistyped question, would tell whether anybody has used it."""
    say = "UPDATE core.videos SET script = %s WHERE channel_id = %s"
    with psycopg.connect(conninfo(world.superuser_url), autocommit=True) as admin:
        admin.execute(say, ["They are zorblaxing.", world.one.channel_id])
        admin.execute(say, ["The zorblax is secret.", world.other.channel_id])
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        enter(connection, world.one.subject)
        assert connection.execute("SELECT * FROM core.search_videos('zorblx', 10)").fetchall() == []
        assert connection.execute("SELECT * FROM core.search_videos('zorblaxin', 10)").fetchall() != []
        enter(connection, world.other.subject)
        assert connection.execute("SELECT * FROM core.search_videos('zorblx', 10)").fetchall() != []


CALLABLE = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('core', 'audit', 'jobs') AND has_schema_privilege(%(role)s, n.oid, 'USAGE')
      AND has_function_privilege(%(role)s, p.oid, 'EXECUTE') AND (p.prorettype = 'trigger'::regtype OR NOT %(triggers)s)
"""


@pytest.mark.parametrize("role", ["ytempire_app", "ytempire_analytics", "ytempire_worker", "ytempire_etl"])
def test_trigger_functions_are_not_executable_by_other_roles(world: World, role: str) -> None:
    """With the owner's rights and a row that somebody made up it would cancel anybody's runs and read their titles."""
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        assert connection.execute(CALLABLE, {"role": role, "triggers": True}).fetchall() == []
    with psycopg.connect(conninfo(world.database.app_url.replace("ytempire_app@", f"{role}@"))) as connection:
        connection.execute("CREATE TEMPORARY TABLE made_up (id uuid, status text)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "CREATE TRIGGER x AFTER UPDATE ON made_up FOR EACH ROW EXECUTE FUNCTION core.cancel_channel_work()"
            )


def test_analyst_cannot_execute_application_functions(world: World) -> None:
    """Whoever connects as one chooses the settings: a search as the platform would find words of anybody's script."""
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        for role in ("ytempire_analytics", "ytempire_etl"):
            assert connection.execute(CALLABLE, {"role": role, "triggers": False}).fetchall() == [], role


def test_require_active_channel_without_access_reveals_no_status(world: World) -> None:
    with psycopg.connect(conninfo(world.superuser_url)) as admin:
        admin.execute("UPDATE core.channels SET status = 'suspended' WHERE id = %s", [world.other.channel_id])
    with psycopg.connect(conninfo(world.database.app_url)) as connection:
        for subject in (None, world.one.subject):
            enter(connection, subject)
            connection.execute("SELECT core.require_active_channel(%s)", [world.other.channel_id])


def test_ingest_role_can_only_insert_into_event_partitions(world: World) -> None:
    """Binary COPY knows no policies: the writer of events becomes this role for it, and nobody connects as it."""
    with psycopg.connect(conninfo(world.database.owner_url)) as connection:
        roles = "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolbypassrls AND NOT rolsuper"
        assert connection.execute(roles).fetchall() == [("ytempire_ingest", False)]
        may = connection.execute("""
            SELECT c.oid::regclass::text, privilege FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
            WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public')
              AND has_table_privilege('ytempire_ingest', c.oid, privilege)""").fetchall()
        leaves = connection.execute(
            "SELECT inhrelid::regclass::text, 'INSERT' FROM pg_inherits"
            " WHERE inhparent IN ('analytics.video_metrics'::regclass, 'analytics.video_deltas'::regclass)"
        ).fetchall()
        assert leaves
        assert sorted(may) == sorted(leaves)
        assert connection.execute(CALLABLE, {"role": "ytempire_ingest", "triggers": False}).fetchall() == []


def test_audit_role_cannot_be_assumed(world: World) -> None:
    for url in (world.database.app_url, world.database.owner_url):
        with psycopg.connect(conninfo(url)) as connection:
            for statement in (
                "SET ROLE ytempire_audit",
                "DELETE FROM audit.changes",
                "UPDATE audit.changes SET new = '{}'",
                "ALTER TABLE audit.changes DISABLE ROW LEVEL SECURITY",
                "DROP FUNCTION audit.record_change() CASCADE",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(statement)  # type: ignore[arg-type]  # from the list above


def rows_of(world: World, rows: dict[str, set[str]]) -> Iterator[tuple[str, dict[str, object], str]]:
    """Table, row and its place, read as superuser; partitions through their parent as well as directly.

    A view runs with the rights of whoever asks, so that its tables' rows are what there is to change.
    """
    with psycopg.connect(conninfo(world.superuser_url)) as connection:
        for name, wanted in rows.items():
            if name in VIEWS or name.startswith(MASKED):
                continue
            found = connection.execute(
                sql.SQL("SELECT to_jsonb(t), t.ctid::text, to_jsonb(t)::text FROM {} t").format(_identifier(name))
            ).fetchall()
            for row, place, written in found:
                if written in wanted:
                    yield name, row, place
