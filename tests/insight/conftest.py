"""The pipeline that events come in by."""

from tests.ingest.conftest import ingestor

__all__ = ["ingestor"]
