"""The bench of ingest: an installation of its own, a million videos, a load over HTTP, and the floor below it."""
