"""What the event log, the request log and notifications add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.journal",
    models="models",
    routers=("endpoints:router",),
)
