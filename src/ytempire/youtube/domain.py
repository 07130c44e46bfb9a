"""What connections to YouTube add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.youtube",
    models="models",
    routers=("endpoints:router", "endpoints:pages"),
    periodic_tasks="periodic:periodic_tasks",
    sealed_columns="sealed:SEALED_COLUMNS",
)
