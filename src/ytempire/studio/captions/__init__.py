"""Captions: cues of at most two lines cut from word timings, set inside the captions' area, drawn and as files."""
