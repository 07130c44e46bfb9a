"""What measured events and dashboards add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.analytics",
    models="models",
    routers=(
        "ingest_endpoints:router",
        "ingest_health_endpoints:router",
        "dashboard_endpoints:router",
        "live_endpoints:router",
    ),
    alert_rules="alert_rules:RULES",
    periodic_tasks="periodic:periodic_tasks",
    notified_messages="live_messages:NOTIFIED",
    published_messages="live_messages:PUBLISHED",
)
