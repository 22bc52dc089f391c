"""Organizations: the districts, the state's own office, agencies and print shops that people act for."""

import re
from dataclasses import dataclass
from enum import StrEnum

from services.identity.domain.errors import OrganizationCodeMalformed, OrganizationNameMissing
from shared.ids import OrganizationId

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


class OrganizationKind(StrEnum):
    """What an organization is; roles are granted only within kinds they belong to."""

    DISTRICT = "district"
    STATE_OFFICE = "state_office"
    AGENCY = "agency"
    PRINT_SHOP = "print_shop"


@dataclass(frozen=True)
class Organization:
    """One organization; `place` and `hours` tell educators where originals are shown."""

    organization_id: OrganizationId
    kind: OrganizationKind
    name: str
    code: str
    schools: tuple[str, ...] = ()
    phone: str = ""
    place: str = ""
    hours: str = ""


def check_organization(organization: Organization) -> Organization:
    """The organization itself when it is well formed, else the error that names the field."""
    if not organization.name.strip():
        raise OrganizationNameMissing
    if not _CODE.fullmatch(organization.code):
        raise OrganizationCodeMalformed(code=organization.code)
    return organization
