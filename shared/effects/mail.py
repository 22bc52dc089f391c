"""E-mail: by SMTP where it is configured, else one file a message in the data folder, where a reader can open it.

Sent at least once; the key is in the `Message-ID`, so that a message sent twice is one to the receiver's system.
"""

import hashlib
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from shared.effects.worker import Failed
from shared.settings import Settings


async def send(settings: Settings, *, to: str, subject: str, text: str, key: str) -> None:
    """Sends one plain message. Raises `Failed` when the server does not take it: the effects worker tries again."""
    message = _message(settings, to, subject, text, key)
    if not settings.smtp:
        folder = settings.data / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_digest(key)}.eml").write_bytes(message.as_bytes())
        return
    server = urlsplit(settings.smtp)
    try:
        await aiosmtplib.send(
            message,
            hostname=server.hostname or "",
            port=server.port or 25,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            timeout=3,
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Failed(f"the mail server refused: {type(error).__name__}") from error


def _message(settings: Settings, to: str, subject: str, text: str, key: str) -> EmailMessage:
    agency = settings.policy.agency
    message = EmailMessage()
    message["From"] = formataddr((agency.letters_from, f"no-reply@{agency.site.removeprefix('www.')}"))
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(settings.clock.now())
    message["Message-ID"] = f"<{_digest(key)}@{agency.site.removeprefix('www.')}>"
    message.set_content(text)
    return message


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
