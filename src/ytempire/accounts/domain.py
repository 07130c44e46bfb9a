"""What accounts and access rights add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.accounts",
    models="models",
    routers=(
        "http.auth_endpoints:router",
        "http.profile_endpoints:router",
        "http.admin_endpoints:router",
        "http.permission_endpoints:router",
        "http.settings_endpoints:router",
    ),
    periodic_tasks="periodic:periodic_tasks",
    sealed_columns="sealed:SEALED_COLUMNS",
)
