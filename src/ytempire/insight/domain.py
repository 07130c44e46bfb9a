"""What dashboards, the numbers of videos and the watch for viral videos add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.insight",
    routers=("dashboard_endpoints:router", "measurement_endpoints:router"),
    alert_rules="alert_rules:RULES",
    periodic_tasks="periodic:periodic_tasks",
)
