"""Which characters the bytes of a text file stand for. Pure."""

import codecs

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Western European code pages, the likeliest first: Windows (and Latin-1), old Macs, DOS.
ONE_BYTE = ("cp1252", "mac_roman", "cp850", "latin-1")
NORTHERN, ORDINARY = "åäöÅÄÖæøÆØéÉüÜ", "–—‘’“”…•§°½²³\xa0"
SAMPLE = 64 * 1024


def decode(content: bytes) -> tuple[str | None, str]:
    """The text of `content` and its encoding; (None, "") if it has a mark that its bytes do not keep to.

    UTF-8 proves itself: text in another encoding is hardly ever valid UTF-8. Among the one-byte encodings,
    in which every byte means something, the one wins that reads most of them as letters of western Europe.

    >>> [decode("Åre;Ö".encode(name))[1] for name in ("utf-8", "utf-8-sig", "utf-16", "latin-1", "mac_roman")]
    ['utf-8', 'utf-8', 'utf-16', 'cp1252', 'mac_roman']
    >>> decode("id;namn".encode("utf-16-le"))
    ('id;namn', 'utf-16')
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding.removesuffix("-sig")
    unmarked = _utf16_without_mark(content)
    if unmarked is not None:
        return unmarked, "utf-16"
    text = _strictly(content, "utf-8")
    if text is not None:
        return text, "utf-8"
    sample = content[:SAMPLE]
    best = max(ONE_BYTE, key=lambda encoding: _likeness(sample, encoding))  # the first of those alike
    return _strictly(content, best) or content.decode("latin-1"), best


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(content: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a NUL in every second place."""
    sample = content[:SAMPLE]
    if len(sample) < 4 or len(content) % 2:
        return None
    half = len(sample) / 2
    if sample[1::2].count(0) > half * 0.6 and sample[0::2].count(0) < half * 0.1:
        return _strictly(content, "utf-16-le")
    if sample[0::2].count(0) > half * 0.6 and sample[1::2].count(0) < half * 0.1:
        return _strictly(content, "utf-16-be")
    return None


def _likeness(content: bytes, encoding: str) -> int:
    """Letters of western Europe, those of the north twice, less everything else that is not ASCII."""
    points = 0
    for char in content.decode(encoding, errors="replace"):
        if char >= "\x80":
            if char in NORTHERN:
                points += 2
            elif char.isalpha() and char <= "\xff":
                points += 1
            elif char not in ORDINARY:
                points -= 1
    return points
