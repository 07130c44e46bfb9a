"""What draws, speaks and encodes: voice, captions, visuals, thumbnails and the render of one script.

It knows nothing of runs: a script, a persona and files come in, files go out.
"""
