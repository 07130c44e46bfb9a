"""Whatever is typed into the search is a search: the database's own function, asked with anything."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from ytempire.kit.database import conninfo

# what the reader of searches gives a meaning to, and what it does not know
SIGNS = st.sampled_from(["-", "--", "- ", "!", "&", "|", "(", ")", '"', "'", ":", "*", "<->", "\\", "%", "_", "/", "@"])
WORDS = st.sampled_from(
    ["or", "OR", "and", "not", "galaxy", "the", "a", "é", "日本", "🙂", "3.5", "a-b", "x:*", "\u00a0"]
)
ASKED = st.lists(SIGNS | WORDS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8))


ENTER = "SELECT core.set_subject(gen_random_uuid(), 'admin', NULL, NULL, NULL)"


@pytest.fixture
def reader(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(database.app_url), autocommit=True) as connection:
        with connection.transaction():
            connection.execute(ENTER)
            connection.execute(
                "INSERT INTO core.videos (channel_id, title, format, script)"
                " SELECT id, 'A galaxy, x or y', '16:9', 'The galaxy is a-b of 日本.' FROM core.channels LIMIT 1"
            )
        yield connection


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=ASKED, between=st.sampled_from(["", " ", "-", " -"]), times=st.integers(1, 60))
@example(parts=["-"], between="", times=50)
@example(parts=["-"], between=" ", times=50)
@example(parts=["-("], between="", times=50)
@example(parts=["-|&!"], between=" ", times=50)
@example(parts=["-", '""'], between="", times=50)
@example(parts=["(", "-"], between="", times=50)
@example(parts=["galaxy or -"], between="", times=50)
def test_search_functions_accept_arbitrary_input(
    reader: psycopg.Connection, parts: list[str], between: str, times: int
) -> None:
    asked = (between.join(parts) * times)[:400]
    with reader.transaction():
        reader.execute(ENTER)
        reader.execute("SELECT * FROM core.search_videos(%s, 20)", [asked]).fetchall()
        reader.execute("SELECT * FROM core.search_channels(%s, 20)", [asked]).fetchall()


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ("galaxy --bread", "'galaxi' & !'bread'"),
        ("galaxy - - bread", "'galaxi' & !'bread'"),
        ("well-known", "'well-known' <-> 'well' <-> 'known'"),
        ("galaxy -bread -water", "'galaxi' & !'bread' & !'water'"),
        ('-"dark sky" night', "!( 'dark' <-> 'sky' ) & 'night'"),
        ("-" * 50, ""),
    ],
)
def test_query_words_keeps_operators_with_meaning(reader: psycopg.Connection, asked: str, read_as: str) -> None:
    assert reader.execute("SELECT core.query_words(%s)::text", [asked]).fetchone() == (read_as,)
