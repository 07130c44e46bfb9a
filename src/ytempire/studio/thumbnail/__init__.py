"""Thumbnails: three different ideas for one video, each of four words at most, legible at 160 pixels."""
