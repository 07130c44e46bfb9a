"""From a source text to a finished, reviewed video.

Owns `core.videos`, `core.runs` with their steps, logs and artifacts, and `ml.script_embeddings`. A run is a row of
steps, each claimed, acted and settled; a finished step is never redone, a half-done one is taken over. It never
publishes anything.
"""
