"""Which encoding a text is in, found while it is read."""

import codecs

from customers.intake.streams import broken_bytes

_BY_MARK = {codecs.BOM_UTF16_LE: "UTF-16LE", codecs.BOM_UTF16_BE: "UTF-16BE"}
_ENOUGH = 1_000
_WHOLE_TO_BROKEN = 10
_NOT_IN_WINDOWS = frozenset(b"\x81\x8d\x8f\x90\x9d\xff")


class Sniffer:
    """Sees the bytes of a text piece by piece and says how they are encoded.

    UTF-16 by its byte order mark, else UTF-8; Windows-1252 where bytes are not UTF-8 and next to
    nothing beyond ASCII is. So one broken byte among good letters does not turn the letters into
    others. Bytes that Windows-1252 does not have, and 0xFF (its ÿ: rare in words, common in
    damage), speak against it.
    """

    def __init__(self, head: bytes) -> None:
        self._encoding = _BY_MARK.get(head[:2], "")
        self._undecoded = b""
        self._whole = 0
        self._broken = 0
        self._foreign = False

    @property
    def is_wide(self) -> bool:
        """Whether each character has two bytes or more."""
        return bool(self._encoding)

    def see(self, piece: bytes, *, final: bool = False) -> None:
        """Look at the next bytes, which `final` says are the last."""
        if self._encoding or self._broken > _ENOUGH:
            return
        data = self._undecoded + piece
        try:
            text, used = codecs.utf_8_decode(data, "strict", final)
            broken = b""
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "hymnsheet.mark", final)
            broken = broken_bytes(text)
        self._undecoded = data[used:]
        self._broken += len(broken)
        self._whole += used - len(text) + len(broken)  # a mark has two letters for its one byte
        self._foreign |= not _NOT_IN_WINDOWS.isdisjoint(broken)

    def encoding(self) -> str:
        """Return "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1252", once all has been seen."""
        if self._encoding:
            return self._encoding
        self.see(b"", final=True)
        mostly_broken = self._broken > 0 and self._whole * _WHOLE_TO_BROKEN <= self._broken
        return "Windows-1252" if mostly_broken and not self._foreign else "UTF-8"
