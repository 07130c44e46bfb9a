"""What each process needs when it is started by itself."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from ytempire.kit import logs
from ytempire.runtime import process_settings
from ytempire.settings import Settings


def test_configure_logs_old_setting_is_named_once_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTEMPIRE_MAIL__PASSWORD", "very-secret")
    monkeypatch.setattr(logs, "configure", lambda level, file: None)
    process_settings._warn_of_renamed_settings.cache_clear()
    with capture_logs() as entries:
        for _ in range(2):
            process_settings.configure_logs(Settings())
    names = {"old": "YTEMPIRE_MAIL__PASSWORD", "new": "YTEMPIRE_SMTP__PASSWORD"}
    assert entries == [{"event": "setting_renamed", "log_level": "warning", **names}]
