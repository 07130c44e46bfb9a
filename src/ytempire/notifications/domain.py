"""What notifications add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.notifications",
    models="models",
    routers=("endpoints:router",),
    fact_subscriber="subscriber:notify",
)
