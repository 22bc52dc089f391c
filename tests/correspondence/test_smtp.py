"""E-mail over real SMTP: to a small server that speaks it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from services.correspondence.app import service as correspondence
from tests.conftest import MakeSystem
from tests.correspondence.examples import mailing, renewed


class Postbox:
    """An SMTP server that keeps what it takes; it turns the first `busy` messages away for the moment."""

    def __init__(self, busy: int = 0) -> None:
        self.busy = busy
        self.taken: list[EmailMessage] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        async with server:
            yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 postbox\r\n")
        while line := (await reader.readline()).strip():
            verb = line.split()[0].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self._keep(await reader.readuntil(b"\r\n.\r\n"))
            if verb == b"MAIL" and self.busy:
                self.busy -= 1
                writer.write(b"451 busy\r\n")
                continue
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
        writer.close()

    def _keep(self, raw: bytes) -> None:
        self.taken.append(message_from_bytes(raw[:-5], policy=default))


async def test_a_letter_goes_out_by_smtp_and_again_when_the_server_was_busy(make_system: MakeSystem) -> None:
    postbox, fact = Postbox(busy=1), renewed()
    async with postbox.listening() as address:
        system = await make_system(correspondence, smtp=address)
        await system.say(mailing(fact.person_id))
        await system.drain()
        await system.say(fact)
        for _ in range(400):
            await asyncio.sleep(0.05)
            if postbox.taken:
                break
        await system.drain()
    [message] = postbox.taken
    assert message["To"] == "maria@example.org"
    assert "MS-204417" in message["Subject"]
    assert "June 30, 2031" in message.get_content()
