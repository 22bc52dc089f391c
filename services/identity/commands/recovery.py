"""Getting back in: a single-use PIN is mailed to the owner's address on record, and only it opens the way.

Who asks learns nothing: the answer is the same whether or not there is such an account (security.md).
"""

import base64
from datetime import datetime, timedelta

from services.identity.commands import accounts as signing
from services.identity.crypto.pins import issue_pin, mark_of_pin, opens
from services.identity.crypto.sealing import Vault
from services.identity.domain.usernames import uniqueness_key
from services.identity.store import accounts as store
from shared.errors import Refused
from shared.ids import PersonId
from shared.messaging.work import Work


class PinWrong(Refused):
    """The PIN, the user name or the hint answer is wrong, or the PIN is used or too old; it never says which."""

    field = "pin"
    text = "That does not fit. Check what you typed, or ask for a new PIN; it works once, for {minutes} minutes."


async def ask_for_pin(work: Work, vault: Vault, user_name: str, address: str, *, at: datetime) -> None:
    """Mails a PIN to the owner of the account, if there is one. Raises TooManyTries alike in both cases."""
    by_name = await signing.within(work, vault, "pin", uniqueness_key(user_name), signing.PINS_PER_ACCOUNT, at=at)
    by_address = await signing.within(work, vault, "pin address", address, signing.PROFILES_PER_ADDRESS, at=at)
    if by_name or by_address:
        return  # asked for too often: as quiet as for nobody
    account = await store.find_account_by_name(work, user_name)
    if account is not None:
        await mail_pin(work, vault, account, at=at)


async def mail_pin(work: Work, vault: Vault, account: store.Account, *, at: datetime) -> None:
    """A PIN for the account, on its way to the address on record; it stands nowhere in the clear."""
    lifetime = timedelta(minutes=work.policy.accounts.passwords.pin_minutes)
    issued = issue_pin(vault, account_id=account.person_id, at=at, lifetime=lifetime)
    await store.save_pin(work, account.person_id, issued)
    sealed = vault.seal(issued.pin.encode(), about=f"pin/{account.person_id}")
    payload = {
        "letter": "pin",
        "person_id": str(account.resolved_id),
        "account_id": str(account.person_id),
        "sealed_pin": base64.b64encode(sealed).decode(),
        "expires_at": issued.expires_at.isoformat(),
    }
    work.intend("mail", f"pin/{account.person_id}/{issued.mark[:24]}", payload)
    work.audit("pin.mail", account.resolved_id)


async def try_pin(work: Work, vault: Vault, user_name: str, pin: str, *, at: datetime) -> store.Account | None:
    """The account, if the PIN opens it now. The try is counted, so this must be committed whatever it answers."""
    account = await store.find_account_by_name(work, user_name)
    kept = await store.take_pin_try(work, account.person_id) if account else None
    given = mark_of_pin(vault, account.person_id if account else work.command, pin)
    return account if opens(kept, given, at=at) else None


async def reset_password(work: Work, vault: Vault, account: store.Account, encoded: str, *, at: datetime) -> None:
    """The PIN is used up, the new password stands, all sessions end."""
    if not await store.use_pin(work, account.person_id, at):
        raise wrong_pin(work)  # another request was faster with the same PIN
    await signing.set_password(work, vault, account, encoded, at=at)


def wrong_pin(work: Work) -> PinWrong:
    """The refusal, the same for every reason."""
    return PinWrong(minutes=work.policy.accounts.passwords.pin_minutes)


async def send_reset(work: Work, vault: Vault, person_id: PersonId, *, at: datetime) -> None:
    """A directory administrator's reset: the owner gets a PIN; the administrator gets nothing. Raises NoAccount."""
    account = await store.get_account(work, person_id)
    await mail_pin(work, vault, account, at=at)
    work.audit("password.send_reset", person_id)
