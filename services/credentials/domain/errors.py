"""Every refusal of credentials, named by its obstacle, with its data and the sentence that a person reads.

Refused
├── about a license    LicenseNotInGoodStanding · RenewalOnHold · LicenseNotRenewable · PeriodAlreadyRenewed ·
│                      PeriodNotBegun · LicenseEnded · NothingToUndo · StandingUnchanged · ExtensionNotPossible
├── about a filing     AlreadyFiled · FilingNotOpen · OptionUnknown · OptionNotOpen · OptionNotForThisLicense ·
│                      RequirementNotMet
└── about a credit     CreditTypeUnknown · CreditNotYoursToEnter · CreditAmountMissing · CreditTooSmall ·
                       CreditTooLarge · CreditAmountsDisagree · CreditGroupUnknown · CreditDatesReversed ·
                       CreditNotFinished · CreditOutsideValidity · CreditDuplicate · MethodsMixed ·
                       CreditNotUsable · CreditUsed · CreditTakenBack
"""

from decimal import Decimal

from shared.errors import Refused

_DATE = "%B %-d, %Y"


def plain(amount: Decimal) -> str:
    """An amount as people write it: `4.5`, `10`, without trailing zeros or an exponent."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class LicenseNotFound(Refused):
    """The person has no such license. Data: none."""

    field = "license"
    text = "No license of this person has this number."


class CreditsNotReserved(Refused):
    """The credits of the application are free again, or one was taken back. Data: none."""

    text = "The credits that earned this renewal are no longer set aside for it."


class LicenseNotInGoodStanding(Refused):
    """Suspended or revoked. Data: standing."""

    text = "This license is {standing}; it can't be renewed."


class RenewalOnHold(Refused):
    """An officer has put a hold on it; the reason is private. Data: none."""

    text = "Renewal of this license is on hold. Contact the office."


class LicenseNotRenewable(Refused):
    """Provisional licenses, and types that cannot be renewed. Data: license_type."""

    text = "This license can't be renewed."


class PeriodAlreadyRenewed(Refused):
    """The period that was to be renewed is no longer the last. Data: valid_until."""

    text = "This license is already renewed to {valid_until:" + _DATE + "}."


class PeriodNotBegun(Refused):
    """A period that has not begun cannot be renewed again. Data: effective_from."""

    text = "The license is already renewed; the period to come can be renewed from {effective_from:" + _DATE + "}."


class LicenseEnded(Refused):
    """It ended before the filing. Data: valid_until."""

    text = "This license ended on {valid_until:" + _DATE + "}. Apply for reinstatement."


class NothingToUndo(Refused):
    """The period of that application is not the last one. Data: none."""

    text = "This renewal is not the license's last one, so it can't be undone."


class StandingUnchanged(Refused):
    """Suspending what is suspended, reinstating what stands. Data: standing."""

    text = "This license's standing is already: {standing}."


class ExtensionNotPossible(Refused):
    """All extensions of this type are used up, or it has none. Data: used, allowed."""

    text = "This license can be extended {allowed} times; it was extended {used} times."


class AlreadyFiled(Refused):
    """An application for this period is open. Data: option, filed_on."""

    text = "You filed under {option} on {filed_on:%B %-d}. That application is still open."


class FilingNotOpen(Refused):
    """Too early. Data: opens_on."""

    text = "Filing opens {opens_on:" + _DATE + "}."


class OptionUnknown(Refused):
    """No such way to renew this license. Data: option."""

    field = "option"
    text = "{option} is not a way to renew this license."


class OptionNotOpen(OptionUnknown):
    """The option is for the last year only. Data: option, opens_on."""

    text = "Opens {opens_on:" + _DATE + "}."


class OptionNotForThisLicense(OptionUnknown):
    """The option needs another license, or an ended one. Data: option, because."""

    text = "{because}"


class RequirementNotMet(OptionUnknown):
    """Something is still needed. Data: option, missing: a list of amounts in words."""

    text = "Still needed for {option}: {missing}."


class CreditTypeUnknown(Refused):
    """Data: credit_type."""

    field = "credit_type"
    text = "{credit_type} is not a kind of credit here."


class CreditNotYoursToEnter(Refused):
    """SEMI and eLearning. Data: name."""

    field = "credit_type"
    text = "{name} credits are loaded by the department; you can't enter them."


class CreditAmountMissing(Refused):
    """Neither the amount nor the contact hours. Data: unit."""

    field = "amount"
    text = "Enter the amount: {unit}."


class CreditTooSmall(Refused):
    """Under the least that counts. Data: amount, unit, hours, minimum, minimum_hours; hours None: not said."""

    field = "amount"

    def __str__(self) -> str:
        data = {key: plain(v) if isinstance(v, Decimal) else v for key, v in self.data.items()}
        least = "At least {minimum} {unit} ({minimum_hours} hours) counts."
        if data["minimum_hours"] is None:
            least = "At least {minimum} {unit} counts."
        said = (
            "{hours} contact hours is {amount} {unit}. "
            if data["hours"] is not None
            else "{amount} {unit} is too small. "
        )
        return (said + least).format_map(data)


class CreditTooLarge(Refused):
    """More than one credit can be. Data: amount, unit, maximum."""

    field = "amount"
    text = "{amount} {unit} is more than one entry can be ({maximum}). Enter each training by itself."


class CreditAmountsDisagree(Refused):
    """The amount and the contact hours. Data: amount, unit, hours, per_unit."""

    field = "contact_hours"
    text = "{amount} {unit} and {hours} hours disagree; 1 {unit} is {per_unit} hours. Correct one."


class CreditGroupUnknown(Refused):
    """Data: group, groups."""

    field = "group"
    text = "Choose what it was about: {groups}."


class CreditDatesReversed(Refused):
    """Data: started_on, completed_on."""

    field = "completed_on"
    text = "It ends {completed_on:" + _DATE + "}, before it begins ({started_on:" + _DATE + "}). Correct one."


class CreditNotFinished(Refused):
    """Completed in the future. Data: completed_on."""

    field = "completed_on"
    text = "{completed_on:" + _DATE + "} is still to come. Enter it when it is completed."


class CreditOutsideValidity(Refused):
    """Outside the earning window. Data: completed_on, earning_from, valid_until."""

    field = "completed_on"

    def __str__(self) -> str:
        if self.data["completed_on"] > self.data["valid_until"]:
            text = "{completed_on:%B %-d, %Y} is after your license ends ({valid_until:%B %-d, %Y})."
        else:
            text = "{completed_on:%B %-d, %Y} is before your license period begins ({earning_from:%B %-d, %Y})."
        return text.format_map(self.data)


class CreditDuplicate(Refused):
    """The same training and dates. Data: completed_on, credit_id."""

    field = "title"
    text = "Already listed {completed_on:%B %-d}: same training and dates."


class MethodsMixed(Refused):
    """Another method than the one filed under. Data: option, filed_on, method."""

    field = "credit_type"
    text = "You filed under {option} on {filed_on:%B %-d}; {method} can't be mixed in."


class CreditNotUsable(Refused):
    """No option of this license takes it. Data: name."""

    field = "credit_type"
    text = "{name} doesn't renew a license of this type and class."


class CreditUsed(Refused):
    """It has earned an earlier renewal. Data: none."""

    text = "It was used for an earlier renewal."


class CreditTakenBack(Refused):
    """Its agency has recalled it. Data: agency, reason."""

    text = "{agency} took it back: {reason}"


class CreditAlreadyAwarded(Refused):
    """The agency awarded this reference before, with other values. Data: reference."""

    field = "reference"
    text = "{reference} was awarded before with other values. Recall it and award it under a new reference."


class CreditReserved(Refused):
    """It is set aside for an application. Data: none."""

    text = "This credit is part of a filed application. Withdraw the application first."
