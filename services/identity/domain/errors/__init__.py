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

from services.identity.domain.errors.accounts import (
    PasswordAboutYou,
    PasswordCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUsedBefore,
    UserNameLooksLikeSsn,
    UserNameMalformed,
    UserNameReserved,
    UserNameTaken,
)
from services.identity.domain.errors.organizations import (
    AbsenceOver,
    DelegationNotYours,
    DelegationOver,
    DelegationToOneself,
    EndsBeforeItBegins,
    OrganizationCodeMalformed,
    OrganizationNameMissing,
    OwnRole,
    RoleNotHere,
    RoleNotYoursToGrant,
)
from services.identity.domain.errors.people import (
    AddressLineMissing,
    AlreadyMerged,
    BirthDateImpossible,
    CaseDecided,
    ChangedByProof,
    EmailMalformed,
    LastFourMalformed,
    MergeWithItself,
    NameMalformed,
    NameMissing,
    NotMerged,
    NotOfThisCase,
    OthersMergedInto,
    OwnRecords,
    PhoneMalformed,
    PostalCodeMalformed,
    SsnDiffers,
    SsnMalformed,
    SsnNeverIssued,
    StateMalformed,
)

__all__ = [
    "AbsenceOver",
    "AddressLineMissing",
    "AlreadyMerged",
    "BirthDateImpossible",
    "CaseDecided",
    "ChangedByProof",
    "DelegationNotYours",
    "DelegationOver",
    "DelegationToOneself",
    "EmailMalformed",
    "EndsBeforeItBegins",
    "LastFourMalformed",
    "MergeWithItself",
    "NameMalformed",
    "NameMissing",
    "NotMerged",
    "NotOfThisCase",
    "OrganizationCodeMalformed",
    "OrganizationNameMissing",
    "OthersMergedInto",
    "OwnRecords",
    "OwnRole",
    "PasswordAboutYou",
    "PasswordCommon",
    "PasswordTooLong",
    "PasswordTooShort",
    "PasswordUsedBefore",
    "PhoneMalformed",
    "PostalCodeMalformed",
    "RoleNotHere",
    "RoleNotYoursToGrant",
    "SsnDiffers",
    "SsnMalformed",
    "SsnNeverIssued",
    "StateMalformed",
    "UserNameLooksLikeSsn",
    "UserNameMalformed",
    "UserNameReserved",
    "UserNameTaken",
]
