"""The alerts about the installation."""

from __future__ import annotations

from ytempire.alerts.rules import AlertRule

RULES = (
    AlertRule("partition_missing", "critical", "A table has no partition for tomorrow: writes would be refused."),
    AlertRule("database_check_failed", "critical", "A check of the database finds that something is wrong."),
    AlertRule("maintenance_task_failed", "warning", "A maintenance task fails; three times in a row it is critical."),
    AlertRule("collection_stopped", "critical", "No numbers of a channel come from YouTube, even if no worker runs."),
)
