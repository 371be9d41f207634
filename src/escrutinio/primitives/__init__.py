"""Exact arithmetic, canonical JSON and language-free messages; knows no election."""

from escrutinio.primitives.canonical import (
    MAX_JSON_BYTES,
    JsonValue,
    decode_canonical,
    decode_json,
    encode_canonical,
    read_json,
)
from escrutinio.primitives.digests import Sha256Hex, sha256_hex
from escrutinio.primitives.exact import (
    ceil_fraction,
    decimals_of,
    format_fraction,
    parse_decimal,
    round_half_up,
)
from escrutinio.primitives.message import Chance, Message, Names, Number, Percent, Value, say

__all__ = [
    "MAX_JSON_BYTES",
    "Chance",
    "JsonValue",
    "Message",
    "Names",
    "Number",
    "Percent",
    "Sha256Hex",
    "Value",
    "ceil_fraction",
    "decimals_of",
    "decode_canonical",
    "decode_json",
    "encode_canonical",
    "format_fraction",
    "parse_decimal",
    "read_json",
    "round_half_up",
    "say",
    "sha256_hex",
]
