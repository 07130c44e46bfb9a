"""What settings and feature flags add to the product; their routes are those of administration."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.configuration",
    models="models",
    sealed_columns="sealed:SEALED_COLUMNS",
)
