"""Why something is not taken at the door.

Refused
├── HeaderInvalid · TypeUnknown · MessageTooLarge · MessageInvalid      it cannot be read
├── Waiting                                                             somebody is not known yet: parked
│   └── EducatorUnknown · LicenseUnknown · HolderUnknown · NoLicense · OrganizationUnknown
├── NameDisagrees · LicenseOfAnother                                    two ways of naming name two people
├── UnitNotTaken · AmountTooSmall · AmountTooLarge · HoursDisagree      it is no credit here
├── DatesReversed · NotFinished
└── ReferenceUsed · ReferenceOfAnother · ReferenceTakenBack             its number means something else
"""

from typing import Any, ClassVar

from shared.errors import Conflict, NotFound, Refused


class HeaderInvalid(Refused):
    """Data: problem. `field` is the header."""

    text = "The header {header} {problem}."


class TypeUnknown(Refused):
    """Data: type, known."""

    field = "ce_type"
    text = "{type} is not said here; what may be said: {known}."


class MessageTooLarge(Refused):
    """Data: most (bytes)."""

    field = "value"
    text = "The value is larger than {most} bytes."


class MessageInvalid(Refused):
    """Data: name, problem, fix. `field` is the message's field, or `value` for the whole."""

    text = "{name} {problem}."


class Waiting(Refused):
    """Something that is named is not known yet; it may be on its way. `value` is what is waited for."""

    kind: ClassVar[str]

    def __init__(self, value: str, field: str | None = None, **data: Any) -> None:
        super().__init__(field, value=value, **data)
        self.value = value


class EducatorUnknown(Waiting):
    kind = "educator_number"
    field = "educator_number"
    text = "No educator has the number {value}."


class LicenseUnknown(Waiting):
    kind = "license_number"
    field = "license_number"
    text = "There is no license {value}."


class HolderUnknown(Waiting):
    """The license is known before its holder is. `value` is the person's id."""

    kind = "person"
    field = "license_number"
    text = "The holder of the license is not known yet."


class NoLicense(Waiting):
    """An action concerns a license, and the educator has none. `value` is the person's id."""

    kind = "license_of"
    field = "educator_number"
    text = "The educator holds no license."


class OrganizationUnknown(Waiting):
    kind = "organization_code"
    field = "organization_code"
    text = "There is no organization {value}."


class NameDisagrees(Refused):
    """Data: last_name."""

    field = "last_name"
    text = "The educator whom the number names is not called {last_name}."


class LicenseOfAnother(Refused):
    """Data: license_number, educator_number."""

    field = "license_number"
    text = "License {license_number} does not belong to educator {educator_number}."


class UnitNotTaken(Refused):
    """Data: unit."""

    field = "unit"
    text = "{unit} is not a unit that is loaded here."


class AmountTooSmall(Refused):
    """Data: amount, unit, minimum."""

    field = "amount"
    text = "{amount} {unit} is too little; nothing under {minimum} {unit} is accepted."


class AmountTooLarge(Refused):
    """Data: amount, unit, maximum."""

    field = "amount"
    text = "{amount} {unit} is more than one credit can be ({maximum})."


class HoursDisagree(Refused):
    """Data: amount, unit, hours, per_unit."""

    field = "contact_hours"
    text = "{amount} {unit} and {hours} contact hours disagree; 1 {unit} is {per_unit} hours."


class DatesReversed(Refused):
    """Data: started_on, completed_on."""

    field = "completed_on"
    text = "It ends {completed_on}, before it begins ({started_on})."


class NotFinished(Refused):
    """Data: completed_on."""

    field = "completed_on"
    text = "{completed_on} is still to come."


class ReferenceUsed(Refused):
    """Data: reference."""

    field = "reference"
    text = "{reference} was awarded before with other values. Recall it and award it under a new reference."


class ReferenceOfAnother(Refused):
    """Data: reference."""

    field = "reference"
    text = "{reference} is a credit of another educator."


class ReferenceTakenBack(Refused):
    """Data: reference."""

    field = "reference"
    text = "{reference} was taken back. Award it under a new reference."


class FileInvalid(Refused):
    """A file's first line is not what is needed. Data: problem. `field` is the column."""

    text = "{problem}"


class FileTooLarge(Refused):
    """Data: most (bytes)."""

    field = "file"
    text = "The file is larger than {most} bytes."


class AgencyUnknown(Refused):
    """Data: agency, known."""

    field = "agency"
    text = "{agency} is no agency here; known are {known}."


class KindNotLoaded(Refused):
    """Data: kind."""

    field = "kind"
    text = "There are no files of {kind}."


class WebhookRefused(Refused):
    """Data: problem."""

    field = "url"
    text = "The address {problem}."


class LoadUnknown(NotFound):
    """Data: load_id."""

    text = "There is no load {load_id}."


class LoadMovedOn(Conflict):
    """Data: state."""

    text = "The load is {state}; this is not possible now."


class KeyUnknown(NotFound):
    """Data: key_id."""

    text = "There is no key {key_id}."
