"""Why an organization, a role, a delegation or an absence is refused."""

from shared.errors import Forbidden, Refused


class OrganizationNameMissing(Refused):
    """An organization without a name."""

    field = "name"
    text = "Enter the organization's name."


class OrganizationCodeMalformed(Refused):
    """A code that files and topics cannot carry."""

    field = "code"
    text = "{code} is no code: use up to 32 letters, digits and hyphens."


class EndsBeforeItBegins(Refused):
    """The last day is before the first."""

    field = "last_day"
    text = "The last day ({last_day}) is before the first day ({first_day})."


class RoleNotHere(Refused):
    """This kind of organization has no such role."""

    field = "role"
    text = "Nobody can be {role} of {organization}."


class OwnRole(Refused):
    """Nobody grants a role to themselves."""

    field = "person_id"
    text = "Nobody grants a role to themselves."


class RoleNotYoursToGrant(Forbidden):
    """The granter holds no role that may grant this one here."""

    field = "role"
    text = "You may not make anybody {role} of {organization}."


class DelegationOver(Refused):
    """A delegation for days that are over would rewrite who was allowed what."""

    field = "last_day"
    text = "The last day ({last_day}) is over."


class AbsenceOver(Refused):
    """Days that are over were not covered, and cannot be any more."""

    field = "last_day"
    text = "The last day ({last_day}) is over."


class DelegationToOneself(Refused):
    """A superintendent names themselves."""

    field = "designee_id"
    text = "Name somebody other than yourself."


class DelegationNotYours(Forbidden):
    """Only the district's superintendent names a designee."""

    field = "superintendent_id"
    text = "Only the district's superintendent names a designee."
