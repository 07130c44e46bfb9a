"""What the maintenance of the database adds to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.database.maintenance",
    models="models",
    routers=("endpoints:router",),
    alert_rules="alert_rules:RULES",
)
