"""What the effects worker does outside: identity's own letters. A secret is opened here, for the moment of sending."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.crypto.means import secrets_of
from services.identity.store import accounts, people
from shared.effects.mail import send
from shared.ids import PersonId
from shared.messaging.work import Work
from shared.runtime import Runtime

LETTERS = {
    "en": {
        "pin": (
            "Your PIN",
            "{name},\n\nyour PIN is {pin}. It works once, until {until}.\n{hint}\n"
            "If you did not ask for it, somebody may have typed your {label} by mistake; you need to do nothing.\n",
        ),
        "password_changed": (
            "Your password was changed",
            "{name},\n\nthe password of your account was changed, and all other sessions were ended.\n"
            "If that was not you, call {contact} at {phone} now.\n",
        ),
        "case_decided": (
            "Your profile is ready",
            "{name},\n\nwe have checked your details. Your {label} is {user_id}.\n"
            "Sign in with the password that you chose, or ask for a PIN to set a new one.\n",
        ),
    },
    "es": {
        "pin": (
            "Su PIN",
            "{name}:\n\nsu PIN es {pin}. Sirve una sola vez, hasta las {until}.\n{hint}\n"
            "Si usted no lo pidió, quizá alguien escribió su {label} por error; no tiene que hacer nada.\n",
        ),
        "password_changed": (
            "Su contraseña fue cambiada",
            "{name}:\n\nla contraseña de su cuenta fue cambiada y se cerraron todas las demás sesiones.\n"
            "Si no fue usted, llame ahora a {contact} al {phone}.\n",
        ),
        "case_decided": (
            "Su perfil está listo",
            "{name}:\n\nhemos revisado sus datos. Su {label} es {user_id}. Entre con la contraseña que eligió,\n"
            "o pida un PIN para establecer otra.\n",
        ),
    },
}
HINTS = {
    "en": "You will be asked: {question}",
    "es": "Se le preguntará: {question}",
}


async def mail(runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """One letter to the address on record; who has none is written nothing, and the audit trail says so."""
    person_id = PersonId(UUID(payload["person_id"]))
    async with runtime.work(actor="effects") as work:
        person = await people.get_person(work, person_id)
        account = await accounts.find_account(work, person_id)
        if not person.email:
            work.audit("mail.no_address", person_id, letter=payload["letter"])
            return
        language = person.language if person.language in LETTERS else "en"
        subject, text = LETTERS[language][payload["letter"]]
        words = _words(work, person.name.full, account) | _secret(runtime, work, payload, account, language)
    await send(runtime.settings, to=person.email, subject=subject, text=text.format(**words), key=payload["key"])


def _words(work: Work, name: str, account: accounts.Account | None) -> dict[str, str]:
    contact = work.policy.agency.contacts[0]
    return {
        "name": name,
        "label": work.policy.accounts.user_names.label,
        "user_id": account.user_name if account else "",
        "contact": contact.name,
        "phone": contact.phone,
    }


def _secret(
    runtime: Runtime, work: Work, payload: Mapping[str, Any], account: accounts.Account | None, language: str
) -> dict[str, str]:
    """The PIN, opened, and when it ends in the jurisdiction's time."""
    if "sealed_pin" not in payload:
        return {}
    sealed = base64.b64decode(payload["sealed_pin"])
    pin = secrets_of(runtime).vault.open(sealed, about=f"pin/{payload['account_id']}").decode()
    ends = datetime.fromisoformat(payload["expires_at"]).astimezone(work.policy.office.zone)
    question = account.hint_question if account else ""
    return {
        "pin": f"{pin[:4]} {pin[4:]}",
        "until": f"{ends:%H:%M} {work.policy.office.time_zone_label}",
        "hint": HINTS[language].format(question=question) if question else "",
    }
