"""What the outbox adds to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.outbox",
    models="models",
    routers=("endpoints:router",),
    periodic_tasks="periodic:periodic_tasks",
)
