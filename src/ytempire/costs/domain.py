"""What costs and budgets add to the product; their routes are those of what they are the costs of."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.costs",
    models="models",
    alert_rules="alert_rules:RULES",
)
