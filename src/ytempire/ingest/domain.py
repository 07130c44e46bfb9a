"""What the ingest of measured events adds to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.ingest",
    models="models",
    routers=("endpoints:router", "health_endpoints:router"),
    periodic_tasks="periodic:periodic_tasks",
)
