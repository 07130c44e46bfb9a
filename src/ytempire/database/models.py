"""The tables of all domains, for what looks at the whole schema: migrations and the drift check."""

from ytempire.kit.database import Model
from ytempire.registration.domains import registered_domains

for _domain in registered_domains():
    _domain.import_models()

metadata = Model.metadata
