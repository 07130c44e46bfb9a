"""All models in one place, for what looks at the whole schema: migrations and the drift check."""

from ytempire.accounts import models as accounts
from ytempire.analytics import models as analytics
from ytempire.channels import models as channels
from ytempire.configuration import models as configuration
from ytempire.costs import models as costs
from ytempire.database.maintenance import models as maintenance
from ytempire.journal import models as journal
from ytempire.kit.database import Model
from ytempire.measurement import models as measurement
from ytempire.production import models as production
from ytempire.publishing import models as publishing
from ytempire.youtube import models as youtube

metadata = Model.metadata

__all__ = [
    "accounts",
    "analytics",
    "channels",
    "configuration",
    "costs",
    "journal",
    "maintenance",
    "measurement",
    "metadata",
    "production",
    "publishing",
    "youtube",
]
