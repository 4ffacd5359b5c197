"""Pictures that people give: told by their content, measured, and without what cameras write into them.

PNG (ISO/IEC 15948), JPEG (ITU-T T.81) and WebP (RFC 9649) are made of named parts. Those that draw the
picture are kept; comments, places and dates are left out, and so is whatever hides behind the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

PNG = b"\x89PNG\r\n\x1a\n"
# What draws a PNG and gives it its colors; the rest is text about it.
PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"IDAT", b"IEND"}
# Parts of a JPEG that say nothing but its form: JFIF, color profile, Adobe's color transform.
JPEG_KEPT_APPS = {0xE0, 0xE2, 0xEE}
JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
JPEG_COMMENT = 0xFE
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
# Flags of VP8X for what is left out: EXIF, XMP, animation (RFC 9649, 2.7.1).
WEBP_FLAGS_KEPT = 0b0011_0000


class NoPicture(ValueError):
    """Not a picture of these kinds, or a broken one."""


@dataclass(frozen=True)
class Picture:
    """A picture as it may be shown. Pixels."""

    media_type: str
    width: int
    height: int
    content: bytes


def read_picture(content: bytes) -> Picture:
    """The picture in a file. Raises NoPicture; animations are none."""
    try:
        if content.startswith(PNG):
            return _png(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError) as error:
        raise NoPicture(str(error)) from None
    raise NoPicture("of another kind")


def _png(content: bytes) -> Picture:
    kept, at = [PNG], len(PNG)
    kinds: list[bytes] = []
    while not kinds or kinds[-1] != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        part = content[at : at + length + 12]
        if len(part) != length + 12:
            raise NoPicture("cut off")
        if kind in PNG_KEPT:
            kept.append(part)
        kinds.append(kind)
        at += length + 12
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise NoPicture("without a picture")
    width, height = struct.unpack_from(">II", content, 16)
    return Picture("image/png", width, height, b"".join(kept))


def _jpeg(content: bytes) -> Picture:
    kept, size = [b"\xff\xd8"], None
    for marker, part in _jpeg_parts(content):
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", part, 5)
            size = (width, height)
        if marker == JPEG_COMMENT or (0xE0 <= marker <= 0xEF and marker not in JPEG_KEPT_APPS):
            continue
        kept.append(part)
    if size is None:
        raise NoPicture("without a picture")
    return Picture("image/jpeg", *size, b"".join(kept))


def _jpeg_parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts before the drawing; then, as one, all of that until the end of the picture."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise NoPicture("broken")
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker == 0xDA:
            end = content.rfind(b"\xff\xd9")
            if end < at:
                raise NoPicture("cut off")
            yield marker, content[at : end + 2]
            return
        if length < 2 or at + 2 + length > len(content):
            raise NoPicture("cut off")
        yield marker, content[at : at + 2 + length]
        at += 2 + length


def _webp(content: bytes) -> Picture:
    end = min(struct.unpack_from("<I", content, 4)[0] + 8, len(content))
    kept, size, at = [], None, 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", content, at)
        data = content[at + 8 : at + 8 + length]
        if len(data) != length:
            raise NoPicture("cut off")
        if kind in WEBP_KEPT:
            size = size or _webp_size(kind, data)
            if kind == b"VP8X":
                data = bytes([data[0] & WEBP_FLAGS_KEPT]) + data[1:]
            kept.append(struct.pack("<4sI", kind, length) + data + b"\0" * (length % 2))
        at += 8 + length + length % 2
    if size is None or not any(part[:4] in (b"VP8 ", b"VP8L") for part in kept):
        raise NoPicture("without a picture")
    body = b"WEBP" + b"".join(kept)
    return Picture("image/webp", *size, b"RIFF" + struct.pack("<I", len(body)) + body)


def _webp_size(kind: bytes, data: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 1)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None
