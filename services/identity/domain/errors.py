"""Why identity says no. Each names the obstacle, carries its data, and names the field to change.

    Refused
    ├── user names      UserNameMalformed · UserNameLooksLikeSsn · UserNameReserved · UserNameTaken
    ├── passwords       PasswordTooShort · PasswordTooLong · PasswordCommon · PasswordAboutYou · PasswordUsedBefore
    ├── people          NameMissing · NameMalformed · BirthDateImpossible · SsnMalformed · SsnNeverIssued ·
    │                   LastFourMalformed · AddressLineMissing · StateMalformed · PostalCodeMalformed ·
    │                   EmailMalformed · PhoneMalformed · ChangedByProof
    ├── organizations   OrganizationNameMissing · OrganizationCodeMalformed
    ├── roles           EndsBeforeItBegins · RoleNotHere · OwnRole
    ├── delegations     DelegationOver · DelegationToOneself · AbsenceOver
    ├── cases           CaseDecided · NotOfThisCase
    └── merging         MergeWithItself · AlreadyMerged · OthersMergedInto · NotMerged · OwnRecords · SsnDiffers
    Forbidden           RoleNotYoursToGrant · DelegationNotYours

No text repeats a password, a birth date or a Social Security number.
"""

from shared.errors import Conflict, Forbidden, Refused


class UserNameMalformed(Refused):
    """The user name has another form than the state's policy asks for."""

    field = "user_name"
    text = "Choose a {label} that begins with a letter or digit and fits {pattern}."


class UserNameLooksLikeSsn(Refused):
    """Nine digits would put Social Security numbers into logs."""

    field = "user_name"
    text = "It must not look like a Social Security number. Choose another."


class UserNameReserved(Refused):
    """The user name would impersonate the system."""

    field = "user_name"
    text = "{user_name} is reserved. Choose another."


class UserNameTaken(Refused):
    """Somebody else holds the user name, perhaps in other capitals."""

    field = "user_name"
    text = "{user_name} is taken. Choose another."


class PasswordTooShort(Refused):
    """Shorter than the policy's minimum."""

    field = "password"
    text = "Use {minimum} characters or more."


class PasswordTooLong(Refused):
    """Longer than the policy's maximum."""

    field = "password"
    text = "Use at most {maximum} characters."


class PasswordCommon(Refused):
    """Among the first that others would try."""

    field = "password"
    text = "This password is among the first that others would try. Choose another."


class PasswordAboutYou(Refused):
    """Built on a word of its own context."""

    field = "password"
    text = "Do not build your password on your own name, user name or district."


class PasswordUsedBefore(Refused):
    """One of the account's former passwords."""

    field = "password"
    text = "You used this password before. Choose another."


class NameMissing(Refused):
    """A part of the name has no letter. Raise with `field` and `part`."""

    text = "Enter the {part}."


class NameMalformed(Refused):
    """A part of the name has characters that no name has. Raise with `field`."""

    text = "Use letters, at most 80."


class BirthDateImpossible(Refused):
    """No educator was born in that year."""

    field = "birth_date"
    text = "Check the year of the birth date."


class SsnMalformed(Refused):
    """Not nine digits."""

    field = "ssn"
    text = "Enter the nine digits of the Social Security number."


class SsnNeverIssued(Refused):
    """Nine digits that the Social Security Administration never issues."""

    field = "ssn"
    text = "No such Social Security number is issued. Check the digits."


class LastFourMalformed(Refused):
    """Not four digits."""

    field = "ssn_last_four"
    text = "Enter the last four digits of the Social Security number."


class AddressLineMissing(Refused):
    """A line that the post needs is empty or overlong. Raise with `field` and `part`."""

    text = "Enter the {part}, at most 100 characters."


class StateMalformed(Refused):
    """Not a two-letter abbreviation."""

    field = "address.state"
    text = "Enter the state as two letters."


class PostalCodeMalformed(Refused):
    """Not a ZIP code."""

    field = "address.postal_code"
    text = "Enter a ZIP code of 5 or 9 digits."


class EmailMalformed(Refused):
    """Not an e-mail address."""

    field = "email"
    text = "Enter an e-mail address like name@example.org."


class PhoneMalformed(Refused):
    """Not a phone number."""

    field = "phone"
    text = "Enter a phone number of 10 digits, or + and the country's code."


class ChangedByProof(Refused):
    """The state's policy asks for a document. Raise with `field` and `part`."""

    text = "The {part} is changed by proof. Send the document to the licensing office."


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


class CaseDecided(Conflict):
    """Somebody decided the case already."""

    field = "case_id"
    text = "Case {reference} is decided already."


class NotOfThisCase(Refused):
    """The person chosen is none of those whom the case is about."""

    field = "same_as"
    text = "Case {reference} is not about this person."


class MergeWithItself(Refused):
    """One record given twice."""

    field = "loser_id"
    text = "Choose two different records."


class AlreadyMerged(Refused):
    """One of the two is merged already. Raise with `field`, `person_id` and `merged_into`."""

    text = "{person_id} is already merged into {merged_into}."


class OthersMergedInto(Refused):
    """Another record is merged into this one, which so cannot be merged itself: chains are not built."""

    field = "loser_id"
    text = "Another record is merged into {person_id}. Separate them first."


class NotMerged(Refused):
    """There is no merge to take back."""

    field = "loser_id"
    text = "{person_id} is not merged."


class OwnRecords(Refused):
    """Nobody merges or separates their own records."""

    field = "loser_id"
    text = "Nobody merges or separates their own records."


class SsnDiffers(Refused):
    """The two Social Security numbers differ, and nobody confirmed that one is an error."""

    field = "confirmed_different_ssn"
    text = "Their Social Security numbers differ. Confirm that one of them is an error."
