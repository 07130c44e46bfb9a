"""What can go wrong with ordering a publication; what YouTube says of one stands in its row."""

from __future__ import annotations

from collections.abc import Sequence

from ytempire.kit.errors import Conflict, NotFound
from ytempire.production.errors import WrongState


class PublicationNotFound(NotFound):
    code = "publication_not_found"


class PublicationBusy(WrongState):
    """A worker looks at the publication in this moment: whether it may begin, or already does."""

    def __init__(self) -> None:
        super().__init__("A worker looks at it just now, and may begin.", hint="Try again in a moment.")


class NotPublishable(Conflict):
    """What the video says of itself, or is to be, is not what YouTube takes."""

    code = "not_publishable"

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__(" ".join(findings), hint="Mend that, and publish it again.")
        self.findings = tuple(findings)


class RemoteEditConflict(Conflict):
    """The same fields were edited at YouTube by hand: somebody has to say whose are kept."""

    code = "remote_edit_conflict"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"Edited at YouTube too: {named(fields)}.",
            hint="Say for each whether YouTube's or ours is kept; nothing was sent.",
        )
        self.fields = tuple(fields)


def named(fields: Sequence[str]) -> str:
    """Fields of a video's metadata as people read them."""
    return ", ".join(field.replace("_", " ") for field in fields)
