"""What alerts add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.alerts",
    models="models",
    routers=("endpoints:router",),
    periodic_tasks="periodic:periodic_tasks",
)
