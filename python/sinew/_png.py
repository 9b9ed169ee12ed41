# SPDX-License-Identifier: Apache-2.0
"""Images as PNG data, for the pages of notebooks."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any, Optional, Tuple

import numpy as np
from numpy.typing import NDArray


def image_shape(shape: Tuple[int, ...]) -> Optional[Tuple[int, ...]]:
    """(channels, height, width) of an array that can be shown as an image, else None."""
    extents = tuple(shape)
    while len(extents) > 3 and extents[0] == 1:
        extents = extents[1:]
    if len(extents) == 2:
        extents = (1, *extents)
    if len(extents) != 3 or extents[0] not in (1, 3) or min(extents[1:]) < 3:
        return None
    return extents


def data_uri(image: NDArray[Any], low: float, high: float) -> str:
    """An image of the shape (channels, height, width) as a PNG, `low` black and `high` white."""
    channels, height, width = image.shape
    scale = 255.0 / (high - low) if high > low else 0.0
    bytes_ = np.clip(np.rint((image - low) * scale), 0, 255).astype(np.uint8)
    rows = bytes_.transpose(1, 2, 0).reshape(height, width * channels)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    colour = 2 if channels == 3 else 0
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
