"""Scripts as runs store them."""

from __future__ import annotations

from tests.studio import picture_samples
from ytempire.studio.script_document import Script


def test_script_of_older_version_is_read_with_its_target() -> None:
    written = picture_samples.script()
    document = written.model_dump(mode="json")
    document["asked_s"] = document.pop("target_seconds")
    assert Script.model_validate(document) == written
