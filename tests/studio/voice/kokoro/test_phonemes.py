from __future__ import annotations

import pytest

from ytempire.studio.voice.kokoro.phonemes import SpokenWord, cut, phonemize
from ytempire.studio.voice.kokoro.symbols import VOCABULARY, symbols_of
from ytempire.studio.voice.kokoro.token_runs import COMFORTABLE_TOKENS, token_runs
from ytempire.studio.voice.kokoro.voices import VOICES

SENTENCES = {
    "a": "One of the women, Dr. Ruiz, said: “Nothing is as old as the sea!”",
    "b": "The colour of the harbour — at four — was grey; nobody minded.",
    "e": "El niño pequeño vio la lluvia; ¿quién llamó a la puerta?",
    "f": "L'été, les bateaux rentrent au port… et la mer monte.",
    "i": "Gli gnocchi della nonna, che buoni, costano poco.",
    "p": "A manhã não tem pressa: o coração também não.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_phonemize_gives_each_word_symbols_of_the_model(language: str) -> None:
    tokens = SENTENCES[language].split()
    [words] = phonemize([tokens], language)
    sounding = [index for index, token in enumerate(tokens) if any(sign.isalpha() for sign in token)]
    assert [word.token for word in words] == sounding
    assert all(word.symbols and set(word.symbols) <= VOCABULARY.keys() for word in words)
    assert words[-1].mark in ".!?"


def test_phonemize_keeps_sentences_tokens_and_marks_apart() -> None:
    both = phonemize([["Fifteen", "million dollars,", "", "paid."], ["Why?"]], "a")
    assert [[(word.token, word.mark) for word in words] for words in both] == [
        [(0, ""), (1, ""), (1, ","), (3, ".")],
        [(0, "?")],
    ]


def test_phonemize_reads_word_by_its_sentence() -> None:
    [record, play] = phonemize([["They", "record", "it."], ["A", "new", "record", "plays."]], "a")
    assert record[1].symbols != play[2].symbols


def test_phonemize_of_nothing_is_nothing() -> None:
    assert phonemize([[], ["—"], ["", "…"]], "a") == [[], [], []]


@pytest.mark.parametrize(
    ("alone", "together", "parts"),
    [
        (["ʌv", "ðə", "sˈi"], ["ʌvðə", "sˈi"], ["ʌv", "ðə", "sˈi"]),
        (["ʌv", "ðə", "sˈi"], ["əvðə", "sˈi"], ["əv", "ðə", "sˈi"]),
        (["fˈɔɹ", "ɐ", "dˈA"], ["fɚɹə", "dˈA"], ["fɚɹ", "ə", "dˈA"]),
        (["wˈʌn"], ["wˈʌn"], ["wˈʌn"]),
        (["ɪt", "ɪz"], ["ɪts"], ["ɪt", "s"]),
    ],
)
def test_cut_of_joined_words_follows_how_each_sounds_alone(
    alone: list[str], together: list[str], parts: list[str]
) -> None:
    assert cut(alone, together) == parts


def test_symbols_of_ipa_are_those_of_the_training() -> None:
    assert symbols_of("ð^ə d^ʒˈʌ^ɪnt wˈɔːɾɚ bˈɜːɹd", "a") == "ðə ʤˈʌɪnt wˈɔTəɹ bˈɜɹd"
    assert symbols_of("ɡˈə^ʊt", "b") == "ɡˈQt"
    assert symbols_of("t^ʃˈiko", "e") == "ʧˈiko"


def words_of(sizes: list[int], mark_every: int) -> list[SpokenWord]:
    return [
        SpokenWord(index, "ə" * size, "," if (index + 1) % mark_every == 0 else "") for index, size in enumerate(sizes)
    ]


def test_token_runs_long_sentence_is_cut_at_marks_and_keeps_every_word() -> None:
    words = words_of([5] * 200, mark_every=9)
    runs = token_runs(words)
    assert len(runs) >= 3
    assert [token for run in runs for token, _, _ in run.words] == list(range(200))
    assert max(len(run.tokens) for run in runs) <= COMFORTABLE_TOKENS
    assert [run.tokens[-1] for run in runs[:-1]] == [VOCABULARY[","]] * (len(runs) - 1)


def test_token_runs_short_sentence_is_one_run() -> None:
    [run] = token_runs(words_of([3, 4], mark_every=5))
    assert run.tokens == (*[VOCABULARY["ə"]] * 3, VOCABULARY[" "], *[VOCABULARY["ə"]] * 4)
    assert run.words == ((0, 0, 3), (1, 4, 8))
    spans = run.spans([2, *[1] * 8, 3])
    assert [(round(span.start_s, 3), round(span.end_s, 3)) for span in spans] == [(0.0, 0.065), (0.09, 0.19)]


def test_voices_have_unique_names_that_say_their_language() -> None:
    assert {name[0] for name in VOICES} == SENTENCES.keys()
    assert all(card.name[1] == card.gender[0] for card in VOICES.values())
