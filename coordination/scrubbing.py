"""Keeps what opens something by itself out of every log: the secrets in addresses of feeds and personal links."""

import logging
import re

import structlog

SHOWN = 6  # characters, by which an owner recognises a feed
# Whatever follows these in an address, to the first character that a secret never has.
_SECRET = re.compile(
    rf"(/(?:feeds|invitations|mail/preferences|mail/unsubscribe)/[\w-]{{{SHOWN}}})[\w-]+", re.ASCII
)


def scrub(text: str) -> str:
    """`text` without the secrets of addresses.

    >>> scrub("GET /en/feeds/Zk3_x-9vQeR2mT.ics HTTP/1.1 404")
    'GET /en/feeds/Zk3_x-….ics HTTP/1.1 404'
    """
    return _SECRET.sub(r"\1…", text)


class ScrubbingFormatter(structlog.stdlib.ProcessorFormatter):
    """Scrubs a record as it is written, tracebacks and all, whoever made it."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
