from __future__ import annotations

import pytest

from tests.production.script.texts import PERSONA
from ytempire.production.script.extractive import write
from ytempire.production.script.material import gather_material
from ytempire.production.script.ordering import keeps_order
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.rules.structure import find_wrong_order
from ytempire.production.script.salience import Embed
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source
from ytempire.studio.script_document import Script

SALT_PANS = """# Salt pans

A salt pan is a shallow basin in which sea water is left to dry. The walls of a pan are made of clay or of wood. Workers
open a gate at high tide, and the water flows in. The floor of the pan has to be flat and hard.

The sun and the wind do the rest of the work on most of the coast. The water grows thicker from basin to basin. White
crust forms on the edges of the last basin first. Workers rake the crust into heaps beside the basin.

Rain is bad for the harvest of a pan. Clay that is soft turns the harvest grey. Grey salt is sold to tanneries and not
to kitchens. A dry spring is what each worker hopes for.

Salt pans give half of all the salt in the world, more than 100 million tons each year. The largest pan is as wide as a
lake. Birds rest on the banks of old pans in autumn. Few of the old pans are still worked by hand.
"""


def _written(text: str, embed: Embed, seconds: float = 45) -> tuple[Script, SourceText]:
    source = parse_source(text.encode(), name="text.md")
    return write(source, seconds=seconds, persona=PERSONA, embed=embed), source


def _body(script: Script) -> list[str]:
    return [line.text for line in script.lines if line.role == "body"]


def test_write_hook_that_asks_what_something_is_is_answered_first(embed: Embed) -> None:
    script, _ = _written(SALT_PANS, embed)
    assert script.lines[0].text == "What are salt pans?" or _body(script)[0].startswith("A salt pan is")


def test_write_text_with_moved_opening_has_no_wrong_order(embed: Embed) -> None:
    script, source = _written(SALT_PANS, embed)
    reviewed = ReviewedScript.of(script.lines, source, seconds=45, target_seconds=45)
    assert list(find_wrong_order(reviewed)) == []


MILL = """# The mill

In 1702 the mill was built by a monk on the bank of the river. Its wheel was made of oak from the hills.

It burned in 1750 after a storm that took the roof of the church as well. Nobody in the village wanted to pay for it.

A baker bought it in 1801 for his sons. The mill turned until 1955 and ground the wheat of eleven villages.
"""
BREAD = """# Bread

Bread takes a day to make well. The crust of bread keeps it fresh for a week in a dry kitchen.

1. Mix the flour and the water in a bowl of clay.
2. Leave the dough alone for a night in a cold room.
3. Bake the bread in an oven that is as hot as it gets.

The smell of bread fills the house on each day of baking. Children wait at the door of the kitchen for the first slice.
"""
SOAP = """# Soap

First the fat is melted in a pot of iron over a small fire. Second the lye is stirred into the hot fat with a spoon of
wood. Third the soap is poured into a mould and covered with a cloth.

Soap has to rest for a month in a dry room. The colour of the soap turns from yellow to white in the last week of it.
"""


WALLS = """# Dry stone walls

Dry stone walls stand on the hills of the north without any mortar. Farmers laid them with stones from their own fields.
Sheep rest behind them when the wind comes from the sea. Lichen covers the older stones with grey and yellow spots.

Each stone rests on two others and holds two more. Small stones fill the middle of the wall between its two faces. Flat
stones lie on top and keep the rain away from the middle. Long stones reach from face to face and tie them together.

Wrens nest in the gaps between the stones in spring. Toads and lizards sleep there in the cold months. Ferns root in the
shade on the north side. A wall on a hill is a street for weasels and mice.

The largest dry stone walls are even older than the pyramids and weigh more than 600 tons. Walls of that age stand in a
dozen villages on the coast. Visitors touch the stones on their way to the beach.
"""


def test_openings_of_text_a_surprising_passage_is_spoken_before_its_turn(embed: Embed) -> None:
    script, source = _written(WALLS, embed, 40)
    bodies = [line for line in script.lines if line.role == "body"]
    assert bodies[0].text.startswith("The largest dry stone walls are even older than the pyramids")
    blocks = [line.source_block or 0 for line in bodies]
    assert min(blocks[1:]) < blocks[0]
    reviewed = ReviewedScript.of(script.lines, source, seconds=40, target_seconds=40)
    assert list(find_wrong_order(reviewed)) == []


@pytest.mark.parametrize("text", [MILL, BREAD, SOAP], ids=["years", "numbered list", "ordinals"])
def test_keeps_order_of_story_or_steps_is_true(text: str, embed: Embed) -> None:
    material = gather_material(parse_source(text.encode(), name="text.md"), PERSONA, embed)
    assert keeps_order(material)


def test_keeps_order_of_description_is_false(embed: Embed) -> None:
    material = gather_material(parse_source(SALT_PANS.encode(), name="text.md"), PERSONA, embed)
    assert not keeps_order(material)
