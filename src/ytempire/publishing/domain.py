"""What publications and the calendar add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.publishing",
    models="models",
    routers=(
        "endpoints:router",
        "edit_endpoints:router",
        "thumbnail_endpoints:router",
        "calendar_endpoints:router",
        "automation_endpoints:router",
    ),
    register_tasks="tasks:register_tasks",
    periodic_tasks="periodic:periodic_tasks",
    quota_claim="quota_claim:CLAIM",
    sealed_columns="sealed:SEALED_COLUMNS",
)
