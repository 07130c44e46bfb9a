"""The database as a whole: migrations (state, applied once), code (functions, grants; re-applied by hash)."""
