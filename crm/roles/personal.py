"""Where roles at events hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import blanking, holds
from crm.roles.models import RoleTaking

holds(RoleTaking, _l("roles at events"), names=("person_name",), wipe=blanking(person_name=None))
