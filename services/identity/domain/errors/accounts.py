"""Why a user name or a password is refused."""

from shared.errors import Refused


class UserNameMalformed(Refused):
    """The user name has another form than the state's policy asks for."""

    field = "user_id"
    text = "Use {shortest} to {longest} letters or digits{symbols}, and begin with a letter or digit."


class UserNameLooksLikeSsn(Refused):
    """Nine digits would put Social Security numbers into logs."""

    field = "user_id"
    text = "It must not look like a Social Security number. Choose another."


class UserNameReserved(Refused):
    """The user name would impersonate the system."""

    field = "user_id"
    text = "{user_name} is reserved. Choose another."


class UserNameTaken(Refused):
    """Somebody else holds the user name, perhaps in other capitals."""

    field = "user_id"
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
