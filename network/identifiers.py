"""Official numbers: what they are called, what is wrong with a Swedish one, what must never be stored."""

import re
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

SWEDISH = "se-orgnr"
SCHEMES: dict[str, str | Promise] = {SWEDISH: _("Organisation number")}
_DIGITS = re.compile(r"\d{10}")


class Problem(Enum):
    """What is wrong with an organisation number."""

    PERSONAL = "personal"  # refused: a person's identity number
    FORMAT = "format"  # a warning: not ten digits
    CHECK_DIGIT = "check_digit"  # a warning: the last digit does not fit


def scheme_name(scheme: str) -> str:
    """What a scheme of numbers is called; its id where nobody has said.

    >>> scheme_name("dk-cvr")
    'dk-cvr'
    """
    return str(SCHEMES.get(scheme, scheme))


def digits_of(value: str) -> str:
    """The digits of an organisation number as people write it: "16202100-5489" and "SE2021005489" too.

    >>> digits_of("16202100-5489"), digits_of("202100 5489")
    ('2021005489', '2021005489')
    """
    plain = re.sub(r"[\s\-–+.]", "", value).upper().removeprefix("SE")
    return plain.removeprefix("16") if len(plain) == 12 and plain.startswith("16") else plain


def check(value: str) -> Problem | None:
    """What is wrong with the organisation number `value`; None if nothing is.

    The third and fourth digits of an organisation number are at least 20, those of a person's number are a
    month (Skatteverket, SKV 709 and SKV 704); co-ordination and deceased estates' numbers count as a person's.

    >>> check("202100-5489"), check("202100-5488"), check("12345")
    (None, <Problem.CHECK_DIGIT: 'check_digit'>, <Problem.FORMAT: 'format'>)
    >>> check("640823-3234"), check("19640823-3234")
    (<Problem.PERSONAL: 'personal'>, <Problem.PERSONAL: 'personal'>)
    """
    digits = digits_of(value)
    if re.fullmatch(r"(18|19|20)\d{10}", digits):
        digits = digits[2:]
    if not _DIGITS.fullmatch(digits):
        return Problem.FORMAT
    if is_personal(digits):
        return Problem.PERSONAL
    return None if luhn.is_valid(digits) else Problem.CHECK_DIGIT


def is_personal(digits: str) -> bool:
    """Whether ten digits begin as a birth date does (day plus 60 in a co-ordination number).

    >>> is_personal("6408233234"), is_personal("6408833234"), is_personal("2021005489")
    (True, True, False)
    """
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
