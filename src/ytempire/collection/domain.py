"""What the collection of counters and reports adds to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.collection",
    models="models",
    routers=("endpoints:router",),
    periodic_tasks="periodic:periodic_tasks",
    quota_claim="quota_claim:CLAIM",
    alert_rules="alert_rules:RULES",
)
