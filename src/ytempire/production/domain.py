"""What runs and videos add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.production",
    models="models",
    routers=("endpoints:router", "video_endpoints:router", "voice_endpoints:router", "template_endpoints:router"),
    register_tasks="tasks:register_tasks",
    periodic_tasks="periodic:periodic_tasks",
    notified_messages="live:NOTIFIED",
    published_messages="live:PUBLISHED",
)
