# SPDX-License-Identifier: Apache-2.0
"""Messages of protobuf without a library, for scripts that write or read ONNX files."""
import struct


def varint(value):
    """A whole number; a negative one in two's complement of 64 bits."""
    value &= (1 << 64) - 1
    text = bytearray()
    while value > 127:
        text.append(value & 127 | 128)
        value >>= 7
    text.append(value)
    return bytes(text)


def field(key, value):
    """A field of a message: a whole number, a text or a message in bytes."""
    if isinstance(value, int):
        return varint(key << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(key << 3 | 2) + varint(len(data)) + data


def float_field(key, value):
    return varint(key << 3 | 5) + struct.pack("<f", value)


def fields(data):
    """(key, value) of each field of a message: a whole number, or bytes."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
            continue
        size = number() if key & 7 == 2 else 4 if key & 7 == 5 else 8
        yield key >> 3, data[at : at + size]
        at += size
