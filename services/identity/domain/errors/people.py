"""Why a person's data, a case's decision or a merge is refused."""

from shared.errors import Conflict, Refused


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
