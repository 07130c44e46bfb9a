"""What figures of the running minutes add to the product."""

from ytempire.registration.domain import Domain

DOMAIN = Domain(
    "ytempire.realtime",
    routers=("endpoints:router",),
    commit_listener="commit_listener:open_commit_listener",
    notified_messages="messages:NOTIFIED",
    published_messages="messages:PUBLISHED",
)
