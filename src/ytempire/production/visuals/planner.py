"""Which scene shows which sentence, and when."""

from __future__ import annotations

import zlib

from ytempire.channels.persona import Brand
from ytempire.production.script.document import Script
from ytempire.production.visuals.scenes import Close, EndCard, Hook, ImageSource, Motif, Scene, SectionTitle, Storyboard
from ytempire.production.voice.document import Narration


def plan(script: Script, narration: Narration, *, brand: Brand, width: int, height: int,
         images: ImageSource | None = None) -> Storyboard:
    seed = zlib.crc32(" ".join(line.text for line in script.lines).encode())
    scenes: list[Scene] = []
    spoken = narration.lines
    for i, s in enumerate(spoken):
        line = script.lines[s.line]
        a = 0.0 if i == 0 else scenes[-1].end_s
        b = narration.duration_s if i + 1 == len(spoken) else (s.end_s + spoken[i + 1].start_s) / 2
        b = round(b * 30) / 30
        words = " ".join(line.text.split()[:5])
        if line.role == "hook":
            scenes.append(Hook(start_s=a, end_s=b, line=s.line, first=words, second="", second_at_s=a))
        elif line.role == "heading":
            scenes.append(SectionTitle(start_s=a, end_s=b, line=s.line, number=line.section + 1, count=len(script.sections), heading=line.text))
        elif line.role == "close":
            scenes.append(Close(start_s=a, end_s=b, line=s.line, text=words))
        elif line.role == "sign_off":
            scenes.append(EndCard(start_s=a, end_s=b, line=s.line, title=script.title, words=line.text, source=script.attribution or ""))
        else:
            scenes.append(Motif(start_s=a, end_s=b, line=s.line, phrase=words, form="beside", layout="left" if i % 2 else "right", icon="planet"))
    return Storyboard(scenes=tuple(scenes), width=width, height=height, duration_s=narration.duration_s,
                      transitions=tuple(brand.transitions[i % 2] for i in range(len(scenes) - 1)), seed=seed)
