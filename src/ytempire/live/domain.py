"""What the live connection of open pages adds to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.live",
    routers=("endpoints:router",),
)
