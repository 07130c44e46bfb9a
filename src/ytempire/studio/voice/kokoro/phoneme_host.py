"""A program of its own that asks espeak-ng for phonemes: JSON in, JSON out. espeak-ng is under the GPL.

Standard input: {"library", "data", "language", "texts": [...]}; standard output: a list of IPA, ties written "^".
"""

import ctypes
import json
import sys

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
IPA_WITH_TIES = 0x82 | (ord("^") << 8)


def main() -> None:
    order = json.load(sys.stdin)
    lib = ctypes.CDLL(order["library"])
    lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
    lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    if lib.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, order["data"].encode(), INITIALIZE_DONT_EXIT) <= 0:
        raise SystemExit("espeak-ng could not load its data from " + order["data"])
    if lib.espeak_SetVoiceByName(order["language"].encode()) != 0:
        raise SystemExit("espeak-ng has no voice " + order["language"])
    phonemes = []
    for text in order["texts"]:
        rest, clauses = ctypes.c_char_p(text.encode()), []
        while rest.value:
            clauses.append((lib.espeak_TextToPhonemes(ctypes.byref(rest), CHARS_UTF8, IPA_WITH_TIES) or b"").decode())
        phonemes.append(" ".join(clauses))
    json.dump(phonemes, sys.stdout)


if __name__ == "__main__":
    main()
