"""What channels, their personas and templates add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.channels",
    models="models",
    routers=("endpoints:router", "library_endpoints:router", "consent_endpoints:router"),
    sealed_columns="sealed:SEALED_COLUMNS",
)
