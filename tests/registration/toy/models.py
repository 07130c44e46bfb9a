"""Imported like the models of a domain. A table of its own would need a migration; waves are rows of channels."""

IMPORTED = True
