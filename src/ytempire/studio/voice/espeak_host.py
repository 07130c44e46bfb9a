"""A program of its own that speaks with espeak-ng: JSON in, sound and word times out.

espeak-ng is under the GPL and keeps global state, so its library is loaded in this process only, which uses nothing
of ours. Standard input: {"library", "data", "voice", "rates", "pitch", "range", "word_gap", "texts": [...]}. Standard
output: one line of JSON {"sample_rate", "utterances": [{"samples", "words": [[character, sample], ...]}, ...]}, then
the 16-bit little-endian samples of all utterances.
"""

import ctypes
import json
import sys

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
EVENT_END_OF_LIST, EVENT_WORD = 0, 1
POS_CHARACTER = 1
RATE, PITCH, RANGE, WORD_GAP = 1, 3, 4, 7


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


class Voice(ctypes.Structure):
    """The beginning of espeak_VOICE."""

    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_void_p), ("identifier", ctypes.c_char_p))


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Speaker:
    def __init__(self, library: str, data: str) -> None:
        self.lib = ctypes.CDLL(library)
        self.lib.espeak_GetCurrentVoice.restype = ctypes.POINTER(Voice)
        self.sample_rate = self.lib.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), INITIALIZE_DONT_EXIT)
        if self.sample_rate <= 0:
            raise SystemExit("espeak-ng could not load its data from " + data)
        self.pcm = bytearray()
        self.words: list[list[int]] = []
        self.callback = CALLBACK(self.on_sound)  # kept: ctypes does not own it
        self.lib.espeak_SetSynthCallback(self.callback)

    def on_sound(self, samples, count, events) -> int:  # type: ignore[no-untyped-def]  # ctypes gives pointers
        if samples and count:
            self.pcm += ctypes.string_at(samples, count * 2)
        index = 0
        while events and events[index].type != EVENT_END_OF_LIST:
            if events[index].type == EVENT_WORD:
                # text_position counts characters from 1.
                self.words.append([events[index].text_position - 1, events[index].sample])
            index += 1
        return 0

    def choose(self, voice: str, parameters: dict[int, int]) -> None:
        is_available = self.lib.espeak_SetVoiceByName(voice.encode()) == 0
        # A variant that does not exist is left out silently; the identifier tells ("gmw/en-US+Reed").
        variant = voice.partition("+")[2]
        if not is_available or (
            variant and not self.lib.espeak_GetCurrentVoice().contents.identifier.endswith(variant.encode())
        ):
            raise SystemExit(f"espeak-ng has no voice {voice}")
        for parameter, value in parameters.items():
            self.lib.espeak_SetParameter(parameter, value, 0)

    def say(self, text: str, rate: int) -> tuple[bytes, list[list[int]]]:
        self.lib.espeak_SetParameter(RATE, rate, 0)
        self.pcm, self.words = bytearray(), []
        raw = text.encode() + b"\0"
        status = self.lib.espeak_Synth(raw, ctypes.c_size_t(len(raw)), 0, POS_CHARACTER, 0, CHARS_UTF8, None, None)
        if status != 0:
            raise SystemExit(f"espeak-ng ended with status {status}")
        return bytes(self.pcm), self.words


def main() -> None:
    order = json.load(sys.stdin)
    speaker = Speaker(order["library"], order["data"])
    speaker.choose(order["voice"], {PITCH: order["pitch"], RANGE: order["range"], WORD_GAP: order["word_gap"]})
    spoken = [speaker.say(text, rate) for text, rate in zip(order["texts"], order["rates"], strict=True)]
    header = {
        "sample_rate": speaker.sample_rate,
        "utterances": [{"samples": len(pcm) // 2, "words": words} for pcm, words in spoken],
    }
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    for pcm, _ in spoken:
        out.write(pcm)
    out.flush()


if __name__ == "__main__":
    main()
