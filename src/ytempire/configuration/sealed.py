"""The secrets among the settings."""

from __future__ import annotations

from ytempire.configuration.models import SettingOverride
from ytempire.configuration.setting_overrides import setting_associated_data
from ytempire.kit.sealed_columns import SealedColumn

SEALED_COLUMNS = (SealedColumn(SettingOverride, "value", lambda row: setting_associated_data(row.key)),)
