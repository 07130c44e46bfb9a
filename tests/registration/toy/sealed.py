"""Waves have no secrets."""

SEALED_COLUMNS = ()
