"""Texts written for these tests, with what real articles contain: brackets, lists, leaning sentences, credits."""

from __future__ import annotations

from ytempire.channels.persona import Brand, Persona, VoiceChoice
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source

BEES = """# How honeybees keep warm

A honeybee colony survives the winter without sleeping. When the air falls below 10 °C, the bees of a hive
gather around their queen in a tight ball called the winter cluster. However, a single bee cannot warm itself
for long. It dies within hours when it is alone in the frost.

## The winter cluster

The bees in the middle of the cluster shiver with their flight muscles. This shivering burns honey and turns it
into heat (see Figure 2). The centre of the cluster stays at about 35 °C while a queen is laying eggs. The bees
on the outside form a coat, which keeps the heat in, and they slowly change places with the bees from the
middle. Nobody gives orders in a cluster; each bee feels only the warmth of its neighbours. In addition, the
cluster grows smaller when the night becomes colder.

A strong colony eats more than 20 kilograms of honey between October and March. Most of the honey is burned for
warmth. For this reason, beekeepers leave some of the harvest in the hive. A colony with too little honey
starves in spring, when the first flowers are only a few days away.

## What a hive needs

A beekeeper can help a colony through the winter with four things:

- A dry roof: water that drips on the cluster kills more bees than the cold does.
- A small entrance: mice look for a warm place in autumn.
- Enough honey: a full hive weighs as much as a grown person.
- Quiet: every knock on the wall makes the cluster burn honey.

Damp air is the greatest danger in winter. Bees breathe out water, and the water freezes on the cold walls of
the hive. In spring the ice melts and drips onto the bees. A hive with a small opening near the roof loses a
little heat, but it stays dry.

## The first warm day

On the first day above 12 °C, thousands of bees leave the hive at once. They have not left it for up to four
months, and they have kept themselves clean for all that time. Beekeepers call this the cleansing flight. Snow
in front of a hive is full of yellow spots after it. A colony that flies on the first warm day has survived the
hardest part of the year.

The winter bees die in April. They live for six months, while a bee born in June lives for only six weeks. Their
last work is to raise the bees of the spring. The warmth of a hive is the work of thousands of bees that will
never see the summer.

Source: Notes of a beekeeper, by R. Example
Licence: CC BY 4.0
"""

GLACIERS = """# Rivers of ice

A glacier is a river of ice that moves under its own weight. Snow falls on a mountain in winter, and some of it
survives the summer. After about 100 years, the snow at the bottom has been pressed into clear blue ice.
Glaciers hold 69 percent of the fresh water on Earth. The largest of them is longer than 400 kilometers.

Most glaciers move less than one meter per day. A glacier in Greenland set a record in 2012, when it moved 46
meters in a single day. The ice at the surface is brittle and breaks into deep cracks. The ice below bends like
warm wax. Water between the ice and the rock lets the whole glacier slide.

A moving glacier carries rocks as large as houses. The rocks scratch the ground below the ice and cut wide
valleys with steep walls. Many of the lakes in the north of Europe fill holes that glaciers dug. When a glacier
melts, it drops its rocks in long lines. Farmers in Denmark still plough around stones that came from Norway.

Glaciers shrink when more ice melts in summer than snow falls in winter. The glaciers of the Alps have lost more
than half of their volume since 1900. People in dry valleys drink water from melting ice in late summer. Without
glaciers their rivers would run dry in August. Ice that took centuries to form can vanish within one lifetime.
"""

PERSONA = Persona(
    name="Test",
    brand=Brand(
        accent="#FF8800",
        companions=("#335577", "#775533"),
        background="#101418",
        text="#F5F5F5",
        family="Inter",
        motif="waves",
        transitions=("fade", "dissolve"),
    ),
    voice=VoiceChoice(),
    sign_off="See you next time.",
)


def bees() -> SourceText:
    return parse_source(BEES.encode(), name="bees.md")


def glaciers() -> SourceText:
    return parse_source(GLACIERS.encode(), name="glaciers.md")
