"""What waves add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "tests.registration.toy",
    models="models",
    routers=("endpoints:router",),
    register_tasks="tasks:register_tasks",
    periodic_tasks="periodic:periodic_tasks",
    sealed_columns="sealed:SEALED_COLUMNS",
    alert_rules="alert_rules:RULES",
    notified_messages="live:NOTIFIED",
)
