"""Which scene shows which stretch of speech, and when."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass, field, replace

from ytempire.channels.persona import Brand, Transition
from ytempire.production.script.document import Line, Script
from ytempire.production.visuals import framing, symbols
from ytempire.production.visuals.proposals import Proposal, Stretch, item_label, listing, proposals
from ytempire.production.visuals.reading.phrases import candidates, capital, shorten, telling
from ytempire.production.visuals.scenes import (
    ImageSource,
    Motif,
    Number,
    Picture,
    Scene,
    SectionTitle,
    Storyboard,
)
from ytempire.production.visuals.timing import Clock, on_frame
from ytempire.production.voice.document import Narration, SpokenLine

LEAD_S = 0.2  # a scene begins this much before its first word, so that it has arrived when the word is heard
TITLE_S = 2.2
SHORTEST_S, LONGEST_S = 2.4, 7.0  # LOOK: one idea for 3 to 7 seconds; a short sentence may end sooner
BORROWED_S = 0.9  # of the next line, at most, for what a line says last
SPLIT_EVERY_S = 15.0  # a frame half in the accent colour is strong: seldom enough to stay so
MOST_CHANGES = 20  # of the background, besides those that pictures and panels ask for
CHANGE_EVERY_S = 8.0  # a background changes no more often, so that it stays one


def plan(
    script: Script, narration: Narration, *, brand: Brand, width: int, height: int, images: ImageSource | None = None
) -> Storyboard:
    """Choose the scenes of a video. The same script, narration and pictures give the same storyboard."""
    planner = _Planner(
        script, narration, images, seed=zlib.crc32("\n".join(line.text for line in script.lines).encode())
    )
    scenes = planner.scenes()
    return Storyboard(
        scenes=tuple(scenes),
        width=width,
        height=height,
        duration_s=narration.duration_s,
        transitions=_transitions(scenes, brand),
        seed=planner.seed,
    )


def _transitions(scenes: list[Scene], brand: Brand) -> tuple[Transition | None, ...]:
    """The first of the brand's two for a new part, the second within parts; pictures come and go with one as well."""
    changes: list[Transition | None] = []
    last_s = 0.0
    # Each background is an input of the graph with a held frame: a long video changes them less often.
    every_s = max(CHANGE_EVERY_S, scenes[-1].end_s / MOST_CHANGES)
    for before, scene in itertools.pairwise(scenes):
        pictured = _own_ground(scene) or _own_ground(before)
        turning = scene.kind in ("section", "close", "end")
        if pictured or (turning and scene.start_s - last_s > every_s * 0.4) or scene.start_s - last_s >= every_s:
            changes.append(brand.transitions[0 if turning else 1])
            last_s = scene.start_s
        else:
            changes.append(None)
    return tuple(changes)


def _own_ground(scene: Scene) -> bool:
    """Does the scene stand on a background that no other may share?"""
    return isinstance(scene, Picture) or (isinstance(scene, Motif) and scene.form == "split")


@dataclass
class _Planner:
    script: Script
    narration: Narration
    images: ImageSource | None
    seed: int
    clock: Clock = field(init=False)
    made: list[Scene] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = Clock.of(self.script, self.narration)

    def scenes(self) -> list[Scene]:
        spoken = list(self.narration.lines)
        i = 0
        while i < len(spoken):
            line = self.script.lines[spoken[i].line]
            count = self._run_of_items(spoken, i)
            start_s = 0.0 if i == 0 else max(self._start(spoken[i]), self._title_read_s(), self.made[-1].end_s)
            end_s = self._start(spoken[i + count]) if i + count < len(spoken) else self.narration.duration_s
            if count > 1:
                self._list(spoken[i : i + count], start_s, end_s)
            else:
                self._line(line, spoken[i], start_s, end_s)
            i += count
        return self._closed_up()

    def _start(self, spoken: SpokenLine) -> float:
        titled = self.script.lines[spoken.line].role == "heading"
        return on_frame(max(0.0, spoken.start_s - (2 * LEAD_S if titled else LEAD_S)))

    def _title_read_s(self) -> float:
        """Until when a title just shown must stand to be read: spoken, it is often over in a second."""
        last = self.made[-1] if self.made else None
        return on_frame(last.start_s + TITLE_S) if isinstance(last, SectionTitle) else 0.0

    def _run_of_items(self, spoken: list[SpokenLine], i: int) -> int:
        """How many lines from `i` on are items of one list that fit one scene."""
        count = 0
        while (
            i + count < len(spoken)
            and count < 4
            and self.script.lines[spoken[i + count].line].list_item
            and spoken[i + count].end_s - spoken[i].start_s < 15
        ):
            count += 1
        left = i + count < len(spoken) and self.script.lines[spoken[i + count].line].list_item
        return max(1, count - 1 if left and count == 4 and not self._more_than_one_left(spoken, i + count) else count)

    def _more_than_one_left(self, spoken: list[SpokenLine], i: int) -> bool:
        return i + 1 < len(spoken) and self.script.lines[spoken[i + 1].line].list_item

    def _line(self, line: Line, spoken: SpokenLine, start_s: float, end_s: float) -> None:
        if line.role == "hook":
            self.made.extend(framing.hook(line.text, spoken.line, start_s, end_s, self))
        elif line.role == "heading":
            self.made.append(framing.section(line, spoken.line, start_s, end_s, self.script))
        elif line.role == "close":
            self.made.append(framing.close(line.text, spoken.line, start_s, end_s, self.script))
        elif line.role == "sign_off":
            self.made.append(
                framing.end_card(
                    line.text,
                    spoken.line,
                    start_s,
                    end_s,
                    self.script,
                    self.icon((self.script.title, " ".join(self.script.key_terms))),
                )
            )
        else:
            title = framing.unspoken_title(self.script, line, spoken, end_s)
            if title is not None:
                self.made.append(title)
                start_s = title.end_s
            self.stretch(self._stretch(line, spoken.line, 0, len(line.text), start_s, end_s))

    def _stretch(self, line: Line, index: int, start: int, end: int, start_s: float, end_s: float) -> Stretch:
        heading = self.script.sections[line.section].heading if line.section >= 0 else None
        around = tuple(
            text for text in (line.text, heading, self.script.title, " ".join(self.script.key_terms)) if text
        )
        return Stretch(
            line=index,
            section=line.section,
            text=line.text[start:end],
            start=start,
            end=end,
            start_s=start_s,
            end_s=end_s,
            at=lambda offset: self.clock.at(index, start + offset),
            around=around,
        )

    def icon(self, texts: tuple[str, ...]) -> str:
        return symbols.choose(texts, avoid=[scene.icon for scene in self.made[-4:]], seed=self.seed + len(self.made))

    # Stretches ----------------------------------------------------------------------------------------------------

    def stretch(self, stretch: Stretch) -> None:
        """Show one stretch of speech: what it does if that can be drawn, else the phrase that matters."""
        previous = self.made[-1] if self.made else None
        if (
            stretch.seconds < SHORTEST_S - 0.6
            and previous is not None
            and previous.end_s - previous.start_s < LONGEST_S
        ):
            self.made[-1] = previous.model_copy(update={"end_s": stretch.end_s})
            return
        for proposal in proposals(stretch):
            if self._alike(proposal) or not self._roomy(stretch, proposal):
                continue
            self._shown(stretch, proposal)
            return
        middle = self._middle(stretch) if stretch.seconds > LONGEST_S else None
        if middle is not None:
            first, second = self._divided(stretch, middle)
            self.stretch(first)
            self.stretch(second)
            return
        self.made.append(self._motif(stretch))

    def _alike(self, proposal: Proposal) -> bool:
        """Would it stand beside a scene of its own kind and form?"""
        last = self.made[-1] if self.made else None
        if last is None or last.kind != proposal.kind:
            return False
        if isinstance(last, Number):  # two numbers stand on different sides, see `_shown`
            return len(self.made) > 1 and isinstance(self.made[-2], Number)
        return not proposal.form or getattr(last, "form", "") == proposal.form

    def _roomy(self, stretch: Stretch, proposal: Proposal) -> bool:
        """Is there time to see the last thing that it shows?"""
        last_s = stretch.at(proposal.last)
        spare = min(BORROWED_S, self.narration.duration_s - stretch.end_s)
        return stretch.end_s + spare - last_s >= 1.5 and stretch.seconds >= SHORTEST_S - 0.4

    def _shown(self, stretch: Stretch, proposal: Proposal) -> None:
        first_s = stretch.at(proposal.first)
        start_s, offset = stretch.start_s, 0
        if (
            first_s - stretch.start_s > 2.9 and stretch.end_s - first_s > 2.0
        ):  # what comes before deserves its own scene
            start_s, offset = on_frame(first_s - 2 * LEAD_S), proposal.first
            before = replace(stretch, text=stretch.text[:offset], end=stretch.start + offset, end_s=start_s)
            self.made.append(self._motif(before))
        end_s, rest = stretch.end_s, None
        if end_s - start_s > proposal.longest_s:
            rest = self._tail(stretch, max(stretch.at(proposal.last) + 2.2, start_s + 3.0))
            end_s = rest.start_s if rest else end_s
        if stretch.end == len(self.script.lines[stretch.line].text) and rest is None:
            # What is spoken last must still be seen: the next line's first moment can wait.
            wanted = min(stretch.at(proposal.last) + 2.0, end_s + BORROWED_S, self.narration.duration_s)
            end_s = max(end_s, on_frame(wanted))
        icon = self.icon((stretch.text[offset:], *stretch.around))
        scene = proposal.build(start_s, end_s, icon)
        last = self.made[-1] if self.made else None
        if isinstance(scene, Number) and isinstance(last, Number) and last.layout == "left":
            scene = scene.model_copy(update={"layout": "right"})
        self.made.append(scene)
        if rest is not None:
            self.stretch(rest)

    def _tail(self, stretch: Stretch, not_before_s: float) -> Stretch | None:
        """What is left to show after a time, from the next place where a thought may begin."""
        for marked in (True, False):
            for at in self.clock.pauses(stretch.line, stretch.start, stretch.end, marked=marked):
                begins = self.clock.at(stretch.line, at)
                if begins >= not_before_s and stretch.end_s - begins >= SHORTEST_S:
                    return self._divided(stretch, at)[1]
        return None

    def _middle(self, stretch: Stretch) -> int | None:
        """The place nearest the middle where a thought may begin and both halves have time enough."""
        middle_s = (stretch.start_s + stretch.end_s) / 2
        for marked in (True, False):
            places = [
                at
                for at in self.clock.pauses(stretch.line, stretch.start, stretch.end, marked=marked)
                if SHORTEST_S <= self.clock.at(stretch.line, at) - stretch.start_s <= stretch.seconds - SHORTEST_S
            ]
            if places:
                return min(places, key=lambda at: abs(self.clock.at(stretch.line, at) - middle_s))
        return None

    def _divided(self, stretch: Stretch, at: int) -> tuple[Stretch, Stretch]:
        cut_s = on_frame(self.clock.at(stretch.line, at) - LEAD_S)
        text = self.script.lines[stretch.line].text
        first = replace(stretch, text=text[stretch.start : at], end=at, end_s=cut_s)
        second = replace(
            stretch,
            text=text[at : stretch.end],
            start=at,
            start_s=cut_s,
            at=lambda offset: self.clock.at(stretch.line, at + offset),
        )
        return first, second

    def _motif(self, stretch: Stretch) -> Scene:
        """The telling phrase with a motif or a picture of the operator's, unlike the scene before."""
        recent = [scene.phrase for scene in self.made[-5:] if isinstance(scene, Motif | Picture)]
        worn = self.script.title
        found = telling(stretch.text, self.script.key_terms, avoid=recent, worn=worn) or telling(
            self.script.lines[stretch.line].text, self.script.key_terms, avoid=recent, worn=worn
        )
        phrase = found.text if found else self._any_phrase(stretch, recent)
        icon = self.icon((phrase, stretch.text, *stretch.around))
        where = {"start_s": stretch.start_s, "end_s": stretch.end_s, "line": stretch.line, "section": stretch.section}
        if self.images is not None and not isinstance(self.made[-1] if self.made else None, Picture):
            shown = [scene.file for scene in self.made if isinstance(scene, Picture)]
            file = self.images.find((phrase, stretch.text))
            if file is not None and file not in shown[-3:]:
                return Picture.model_validate({**where, "icon": icon, "file": file, "phrase": phrase})
        return Motif.model_validate(
            {**where, "icon": icon, "phrase": phrase, **self._unlike_before(stretch.start_s, stretch.end_s)}
        )

    def _any_phrase(self, stretch: Stretch, recent: list[str]) -> str:
        """For a sentence with nothing telling in it: its best phrase all the same, else a term that it is about."""
        line = self.script.lines[stretch.line].text
        options = candidates(stretch.text, (), limit=8, avoid=recent) or candidates(line, (), limit=8, avoid=recent)
        best = max(options, key=lambda option: option.score, default=None)
        terms = [capital(term) for term in self.script.key_terms if capital(term) not in recent]
        short = shorten(line, 8)
        return best.text if best and best.score > 0 else short or (terms or [self.script.title])[0]

    def _unlike_before(self, start_s: float, end_s: float) -> dict[str, str]:
        """Form and side of a motif: words left, words right, words alone in turn; at times half the frame in colour."""
        before = [scene for scene in self.made if isinstance(scene, Motif)]
        neighbour = self.made[-1] if self.made else None
        split_s = max((scene.end_s for scene in before if scene.form == "split"), default=-SPLIT_EVERY_S / 2)
        if (
            start_s - split_s >= max(SPLIT_EVERY_S, self.narration.duration_s / 8)
            and end_s - start_s >= 3.0
            and not isinstance(neighbour, Picture)
        ):
            return {"form": "split", "layout": "left" if (len(before) + self.seed) % 2 else "right"}
        turn = (len(before) + self.seed) % 3
        forms = (
            {"form": "beside", "layout": "left"},
            {"form": "beside", "layout": "right"},
            {"form": "statement", "layout": "left" if self.seed % 2 else "centre"},
        )
        emblem_right = isinstance(neighbour, Number) or getattr(neighbour, "kind", "") == "hook"
        for step in range(3):
            chosen = forms[(turn + step) % 3]
            same = (
                before
                and neighbour is before[-1]
                and (before[-1].form, before[-1].layout) == (chosen["form"], chosen["layout"])
            )
            if not same and not (emblem_right and chosen["layout"] == "left" and chosen["form"] == "beside"):
                return chosen
        return forms[turn]

    def _list(self, spoken: list[SpokenLine], start_s: float, end_s: float) -> None:
        """Several lines that are items of one list, built up in one scene."""
        line = self.script.lines[spoken[0].line]
        stretch = self._stretch(line, spoken[0].line, 0, len(line.text), start_s, end_s)
        labels = [item_label(self.script.lines[s.line].text, self.script.key_terms) for s in spoken]
        heading = self.script.sections[line.section].heading if line.section >= 0 else None
        continued = bool(self.made) and self.made[-1].kind == "list"
        self.made.append(
            listing(
                labels,
                [s.start_s for s in spoken],
                start_s=start_s,
                end_s=end_s,
                stretch=stretch,
                icon=self.icon((line.text, *stretch.around)),
                title="" if continued else heading or "",
            )
        )

    def _closed_up(self) -> list[Scene]:
        """Every scene up to the next one's start, whole frames, none of no length."""
        kept = [scene for scene in self.made if scene.end_s - scene.start_s > 0.2]
        kept[0] = kept[0].model_copy(update={"start_s": 0.0})
        titles = [i for i, scene in enumerate(kept) if isinstance(scene, SectionTitle)]
        for number, i in enumerate(titles, 1):  # parts are counted as they are shown
            kept[i] = kept[i].model_copy(update={"number": number, "count": len(titles)})
        ends = [*(scene.start_s for scene in kept[1:]), self.narration.duration_s]
        return [scene.model_copy(update={"end_s": end}) for scene, end in zip(kept, ends, strict=True)]
