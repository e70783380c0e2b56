"""A real SMTP server in the test's own process, which takes mail or answers as it is told to."""

import socket
from collections.abc import Callable

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

TAKEN = "250 Taken"
DROP_BEFORE, DROP_AFTER = "drop before", "drop after"  # the 250 to DATA


class MailServer:
    """`with MailServer() as server`: its `port`, what it took (`taken`), and `answer`, which decides each time.

    Attributes:
        taken: (recipient, bytes) in the order in which they came.
        answer: (recipient) -> the reply to DATA, or one of the constants of this module.
    """

    def __init__(self, answer: Callable[[str], str] = lambda recipient: TAKEN) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.answer = answer
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        said = self.answer(recipient)
        if said in (TAKEN, DROP_AFTER):
            self.taken.append((recipient, envelope.original_content))
        if said in (DROP_BEFORE, DROP_AFTER):
            server.transport.abort()
            return "421 Gone"
        return said
