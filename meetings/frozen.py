"""Mail whose bytes are decided before it is sent, through whichever mail backend Django is set to."""

from typing import Any

from django.core.mail import EmailMessage


class Frozen:
    """Stands for a built message: whoever asks for its bytes gets those that were kept."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def as_bytes(self, *args: Any, **kwargs: Any) -> bytes:
        return self._content

    def get_charset(self) -> None:
        """Known from the content's own headers."""


class FrozenMail(EmailMessage):
    """A mail of kept bytes to one address."""

    def __init__(self, content: bytes, *, sender: str, recipient: str) -> None:
        super().__init__(from_email=sender, to=[recipient])
        self._frozen = Frozen(content)

    def message(self, *args: Any, **kwargs: Any) -> Any:
        return self._frozen
