"""What dashboards, the numbers of videos and the watch for viral videos add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.insight",
    models="models",
    routers=("dashboard_endpoints:router", "measurement_endpoints:router"),
    periodic_tasks="periodic:periodic_tasks",
)
