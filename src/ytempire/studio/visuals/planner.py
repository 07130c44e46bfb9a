"""Which scene shows which span of speech, and when."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ytempire.channels.persona import Brand, Transition
from ytempire.studio.script_document import Line, Script
from ytempire.studio.visuals import framing_scenes
from ytempire.studio.visuals.picture_matching import Depicted, PictureMatcher
from ytempire.studio.visuals.proposals import Proposal, SpeechSpan, item_label, listing, proposals
from ytempire.studio.visuals.scenes import (
    ImageSource,
    Motif,
    Number,
    Picture,
    Scene,
    SectionTitle,
    Storyboard,
    Thing,
    drawings_of,
)
from ytempire.studio.visuals.sentence_analysis.phrases import candidates, capital, shorten, telling
from ytempire.studio.visuals.speech_clock import Clock, on_frame
from ytempire.studio.voice.document import Narration, SpokenLine

LEAD_S = 0.2  # a scene begins this much before its first word, so that it has arrived when the word is heard
TITLE_S = 2.2
SHORTEST_S, LONGEST_S = 2.4, 7.0  # LOOK: one idea for 3 to 7 seconds; a short sentence may end sooner
BORROWED_S = 0.9  # of the next line, at most, for what a line says last
SPLIT_FOR_S = 3.0
SPLIT_EVERY_S = 15.0  # a frame half in the accent colour is strong: seldom enough to stay so
MOST_CHANGES = 20  # of the background, besides those that pictures and panels ask for
FRESH_FOR = 4  # scenes in which a picture is not shown again, if there is another
MOST_THINGS = 3  # pictures in a scene
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
    pictures: PictureMatcher = field(init=False)
    made: list[Scene] = field(default_factory=list)

    def __post_init__(self) -> None:
        texts = [line.text for line in self.script.lines]
        about = (self.script.title, *self.script.key_terms)
        self.pictures = PictureMatcher.of_script(texts, about, self.script.language)
        self.clock = Clock.from_narration(self.script, self.narration)

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
                self._plan_line(line, spoken[i], start_s, end_s)
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

    def _plan_line(self, line: Line, spoken: SpokenLine, start_s: float, end_s: float) -> None:
        if line.role == "hook":
            self.made.extend(framing_scenes.hook(line.text, spoken.line, start_s, end_s, self))
        elif line.role == "heading":
            self.made.append(framing_scenes.section(line, spoken.line, start_s, end_s, self.script))
        elif line.role == "close":
            self.made.append(framing_scenes.close(line.text, spoken.line, start_s, end_s, self.script))
        elif line.role == "sign_off":
            self.made.append(
                framing_scenes.end_card(
                    line.text,
                    spoken.line,
                    start_s,
                    end_s,
                    self.script,
                    self.drawing_of(self.script.title),
                )
            )
        else:
            title = framing_scenes.unspoken_title(self.script, line, spoken, end_s)
            if title is not None:
                self.made.append(title)
                start_s = title.end_s
            self.show_speech_span(self._speech_span(line, spoken.line, 0, len(line.text), start_s, end_s))

    def _speech_span(self, line: Line, index: int, start: int, end: int, start_s: float, end_s: float) -> SpeechSpan:
        return SpeechSpan(
            line=index,
            section=line.section,
            text=line.text[start:end],
            start=start,
            end=end,
            start_s=start_s,
            end_s=end_s,
            at=lambda offset: self.clock.at(index, start + offset),
            pictures=self.pictures,
        )

    def drawing_of(self, *texts: str) -> str | None:
        """A picture of the first thing that the first of the texts names, rather one that was not just seen."""
        for text in texts:
            if shown := self._fresh(self.pictures.find(text)):
                return shown[0].picture
        return None

    def _fresh(self, depicted: Sequence[Depicted]) -> list[Depicted]:
        """Of several things those that the scenes before do not show; where all were seen, all of them."""
        seen = {name for scene in self.made[-FRESH_FOR:] for name in drawings_of(scene)}
        return [thing for thing in depicted if thing.picture not in seen] or list(depicted)

    # Spans of speech ----------------------------------------------------------------------------------------------

    def show_speech_span(self, speech_span: SpeechSpan) -> None:
        """Show one span of speech: what it does if that can be drawn, else the phrase that matters."""
        previous = self.made[-1] if self.made else None
        if (
            speech_span.seconds < SHORTEST_S - 0.6
            and previous is not None
            and previous.end_s - previous.start_s < LONGEST_S
        ):
            self.made[-1] = previous.model_copy(update={"end_s": speech_span.end_s})
            return
        for proposal in proposals(speech_span):
            if self._alike(proposal) or not self._roomy(speech_span, proposal):
                continue
            self._append_scene(speech_span, proposal)
            return
        middle = self._middle(speech_span) if speech_span.seconds > LONGEST_S else None
        if middle is not None:
            first, second = self._divided(speech_span, middle)
            self.show_speech_span(first)
            self.show_speech_span(second)
            return
        self.made.append(self._motif(speech_span))

    def _alike(self, proposal: Proposal) -> bool:
        """Would it stand beside a scene of its own kind and form?"""
        last = self.made[-1] if self.made else None
        if last is None or last.kind != proposal.kind:
            return False
        if isinstance(last, Number):  # two numbers stand on different sides, see `_append_scene`
            return len(self.made) > 1 and isinstance(self.made[-2], Number)
        return not proposal.form or getattr(last, "form", "") == proposal.form

    def _roomy(self, speech_span: SpeechSpan, proposal: Proposal) -> bool:
        """Is there time to see the last thing that it shows?"""
        last_s = speech_span.at(proposal.last)
        spare = min(BORROWED_S, self.narration.duration_s - speech_span.end_s)
        return speech_span.end_s + spare - last_s >= 1.5 and speech_span.seconds >= SHORTEST_S - 0.4

    def _append_scene(self, speech_span: SpeechSpan, proposal: Proposal) -> None:
        first_s = speech_span.at(proposal.first)
        start_s, offset = speech_span.start_s, 0
        if (
            first_s - speech_span.start_s > 2.9 and speech_span.end_s - first_s > 2.0
        ):  # what comes before deserves its own scene
            start_s, offset = on_frame(first_s - 2 * LEAD_S), proposal.first
            before = replace(speech_span, text=speech_span.text[:offset], end=speech_span.start + offset, end_s=start_s)
            self.made.append(self._motif(before))
        end_s, rest = speech_span.end_s, None
        if end_s - start_s > proposal.longest_s:
            rest = self._tail(speech_span, max(speech_span.at(proposal.last) + 2.2, start_s + 3.0))
            end_s = rest.start_s if rest else end_s
        if speech_span.end == len(self.script.lines[speech_span.line].text) and rest is None:
            # What is spoken last must still be seen: the next line's first moment can wait.
            shown_until_s = min(speech_span.at(proposal.last) + 2.0, end_s + BORROWED_S, self.narration.duration_s)
            end_s = max(end_s, on_frame(shown_until_s))
        scene = proposal.build(start_s, end_s, self.drawing_of(speech_span.text[offset:]))
        last = self.made[-1] if self.made else None
        if isinstance(scene, Number) and isinstance(last, Number) and last.layout == "left":
            scene = scene.model_copy(update={"layout": "right"})
        self.made.append(scene)
        if rest is not None:
            self.show_speech_span(rest)

    def _tail(self, speech_span: SpeechSpan, not_before_s: float) -> SpeechSpan | None:
        """What is left to show after a time, from the next place where a thought may begin."""
        for marked in (True, False):
            for at in self.clock.pauses(speech_span.line, speech_span.start, speech_span.end, marked=marked):
                begins = self.clock.at(speech_span.line, at)
                if begins >= not_before_s and speech_span.end_s - begins >= SHORTEST_S:
                    return self._divided(speech_span, at)[1]
        return None

    def _middle(self, speech_span: SpeechSpan) -> int | None:
        """The place nearest the middle where a thought may begin and both halves have time enough."""
        middle_s = (speech_span.start_s + speech_span.end_s) / 2
        for marked in (True, False):
            places = [
                at
                for at in self.clock.pauses(speech_span.line, speech_span.start, speech_span.end, marked=marked)
                if SHORTEST_S
                <= self.clock.at(speech_span.line, at) - speech_span.start_s
                <= speech_span.seconds - SHORTEST_S
            ]
            if places:
                return min(places, key=lambda at: abs(self.clock.at(speech_span.line, at) - middle_s))
        return None

    def _divided(self, speech_span: SpeechSpan, at: int) -> tuple[SpeechSpan, SpeechSpan]:
        cut_s = on_frame(self.clock.at(speech_span.line, at) - LEAD_S)
        text = self.script.lines[speech_span.line].text
        first = replace(speech_span, text=text[speech_span.start : at], end=at, end_s=cut_s)
        second = replace(
            speech_span,
            text=text[at : speech_span.end],
            start=at,
            start_s=cut_s,
            at=lambda offset: self.clock.at(speech_span.line, at + offset),
        )
        return first, second

    def _motif(self, speech_span: SpeechSpan) -> Scene:
        """The telling phrase with a motif or a picture of the operator's, unlike the scene before."""
        recent = [scene.phrase for scene in self.made[-5:] if isinstance(scene, Motif | Picture)]
        worn = self.script.title
        telling_phrase = telling(speech_span.text, self.script.key_terms, avoid=recent, worn=worn) or telling(
            self.script.lines[speech_span.line].text, self.script.key_terms, avoid=recent, worn=worn
        )
        phrase = telling_phrase.text if telling_phrase else self._any_phrase(speech_span, recent)
        where = {
            "start_s": speech_span.start_s,
            "end_s": speech_span.end_s,
            "line": speech_span.line,
            "section": speech_span.section,
        }
        if self.images is not None and not isinstance(self.made[-1] if self.made else None, Picture):
            pictures = [scene.file for scene in self.made if isinstance(scene, Picture)]
            file = self.images.find((phrase, speech_span.text))
            if file is not None and file not in pictures[-3:]:
                return Picture.model_validate({**where, "file": file, "phrase": phrase})
        things = self._things(speech_span)
        form = self._form_of_motif(len(things), speech_span.start_s, speech_span.end_s)
        return Motif.model_validate({**where, "phrase": phrase, "things": things, **form})

    def _things(self, speech_span: SpeechSpan) -> tuple[Thing, ...]:
        """What the words name, each when it is named."""
        shown = self._fresh(self.pictures.find(speech_span.text))[:MOST_THINGS]
        return tuple(Thing(drawing=thing.picture, at_s=speech_span.at(thing.start)) for thing in shown)

    def _any_phrase(self, speech_span: SpeechSpan, recent: list[str]) -> str:
        """For a sentence with nothing telling in it: its best phrase all the same, else a term that it is about."""
        line = self.script.lines[speech_span.line].text
        options = candidates(speech_span.text, (), limit=8, avoid=recent) or candidates(line, (), limit=8, avoid=recent)
        best = max(options, key=lambda option: option.score, default=None)
        terms = [capital(term) for term in self.script.key_terms if capital(term) not in recent]
        short = shorten(line, 8)
        return best.text if best and best.score > 0 else short or (terms or [self.script.title])[0]

    def _form_of_motif(self, things: int, start_s: float, end_s: float) -> dict[str, str]:
        """Words alone where nothing is drawn, beside one thing, or under a row of them; at times half in colour."""
        before = [scene for scene in self.made if isinstance(scene, Motif)]
        sides = ("left", "right") if (len(before) + self.seed) % 2 else ("right", "left")
        if things == 0:
            return {"form": "statement", "layout": "left" if (len(before) + self.seed) % 2 else "centre"}
        if things > 1:
            return {"form": "row", "layout": "centre"}
        if self._may_split(before, start_s, end_s):
            return {"form": "split", "layout": sides[0]}
        neighbour = self.made[-1] if self.made else None
        if isinstance(neighbour, Motif) and neighbour.form == "beside":
            return {"form": "beside", "layout": "right" if neighbour.layout == "left" else "left"}
        is_right = isinstance(neighbour, Number) or getattr(neighbour, "kind", "") == "hook"  # their picture's side
        return {"form": "beside", "layout": "right" if is_right else sides[0]}

    def _may_split(self, before: Sequence[Motif], start_s: float, end_s: float) -> bool:
        split_s = max((scene.end_s for scene in before if scene.form == "split"), default=-SPLIT_EVERY_S / 2)
        is_time = start_s - split_s >= max(SPLIT_EVERY_S, self.narration.duration_s / 8)
        return (
            is_time and end_s - start_s >= SPLIT_FOR_S and not isinstance(self.made[-1] if self.made else None, Picture)
        )

    def _list(self, spoken: list[SpokenLine], start_s: float, end_s: float) -> None:
        """Several lines that are items of one list, built up in one scene."""
        line = self.script.lines[spoken[0].line]
        speech_span = self._speech_span(line, spoken[0].line, 0, len(line.text), start_s, end_s)
        labels = [item_label(self.script.lines[s.line].text, self.script.key_terms) for s in spoken]
        heading = self.script.sections[line.section].heading if line.section >= 0 else None
        continued = bool(self.made) and self.made[-1].kind == "list"
        self.made.append(
            listing(
                labels,
                [s.start_s for s in spoken],
                start_s=start_s,
                end_s=end_s,
                speech_span=speech_span,
                drawing=self.drawing_of(line.text),
                title="" if continued else heading or "",
            )
        )

    def _closed_up(self) -> list[Scene]:
        """Every scene up to the next one's start, whole frames, none of no length."""
        scenes = [scene for scene in self.made if scene.end_s - scene.start_s > 0.2]
        scenes[0] = scenes[0].model_copy(update={"start_s": 0.0})
        titles = [i for i, scene in enumerate(scenes) if isinstance(scene, SectionTitle)]
        for number, i in enumerate(titles, 1):  # parts are counted as they are shown
            scenes[i] = scenes[i].model_copy(update={"number": number, "count": len(titles)})
        ends = [*(scene.start_s for scene in scenes[1:]), self.narration.duration_s]
        return [scene.model_copy(update={"end_s": end}) for scene, end in zip(scenes, ends, strict=True)]
