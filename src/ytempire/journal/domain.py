"""What the event log and the log of API requests add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.journal",
    models="models",
    routers=("endpoints:router",),
)
