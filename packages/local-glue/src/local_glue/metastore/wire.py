"""Thrift's binary protocol, as far as Hive's client speaks it: messages, structs, and the types in them.

A type is a word ("string", "i32", …), the name of a struct in a table of structs, or a tuple as
`("list", element)` and `("map", key, value)`. A struct is a dict; a member that is None is not sent.
Source: "Thrift Binary protocol encoding" in the Apache Thrift documentation.
"""

import struct
from collections.abc import Mapping
from io import BufferedIOBase
from typing import Any

Type = str | tuple[Any, ...]
Struct = Mapping[int, tuple[str, Type]]
Structs = Mapping[str, Struct]

CALL, REPLY, EXCEPTION, ONE_WAY = 1, 2, 3, 4
_VERSION_1 = 0x80010000
_STOP, _STRUCT, _MAP, _SET, _LIST, _STRING, _BOOL = 0, 12, 13, 14, 15, 11, 2
_NUMBERS = {"byte": (3, ">b"), "double": (4, ">d"), "i16": (6, ">h"), "i32": (8, ">i"), "i64": (10, ">q")}
_FORMATS = dict(_NUMBERS.values())


class ProtocolError(Exception):
    """What came is not Thrift's binary protocol."""


class Reader:
    """Reads what a client sends, by the table of structs; members that are in no table are passed over."""

    def __init__(self, stream: BufferedIOBase, structs: Structs) -> None:
        self._stream = stream
        self._structs = structs

    def message(self) -> tuple[str, int] | None:
        """Return a call's name and number, or None when the client has gone, or says that it goes.

        Raises:
            ProtocolError: the client speaks another protocol.
        """
        first = self._stream.read(4)
        if len(first) < 4 or struct.unpack(">I", first)[0] == _VERSION_1 | ONE_WAY:
            return None
        if struct.unpack(">I", first)[0] != _VERSION_1 | CALL:
            raise ProtocolError(f"expected a call of the strict binary protocol, found {first!r}")
        name = self._string()
        return name, self._number(">i")

    def struct(self, fields: Struct) -> dict[str, Any]:
        """Read a struct's members."""
        found: dict[str, Any] = {}
        while (code := self._number(">b")) != _STOP:
            name, type_ = fields.get(self._number(">h"), (None, None))
            value = self._value(code, type_)
            if name:
                found[name] = value
        return found

    def _value(self, code: int, type_: Type | None) -> Any:
        if code in _FORMATS:
            return self._number(_FORMATS[code])
        if code == _BOOL:
            return self._exactly(1) != b"\0"
        if code == _STRING:
            return self._string()
        if code == _STRUCT:
            return self.struct(self._structs.get(type_, {}) if isinstance(type_, str) else {})

        inner = type_[1:] if isinstance(type_, tuple) else (None, None)
        if code in (_LIST, _SET):
            element = self._number(">b")
            return [self._value(element, inner[0]) for _ in range(self._number(">i"))]
        if code == _MAP:
            key, value = self._number(">b"), self._number(">b")
            pairs = range(self._number(">i"))
            return {self._value(key, inner[0]): self._value(value, inner[1]) for _ in pairs}

        raise ProtocolError(f"no type of Thrift has the code {code}")

    def _string(self) -> str:
        return self._exactly(self._number(">i")).decode("utf-8", "surrogateescape")

    def _number(self, form: str) -> Any:
        return struct.unpack(form, self._exactly(struct.calcsize(form)))[0]

    def _exactly(self, count: int) -> bytes:
        content = self._stream.read(count)
        if len(content) < count:
            raise ProtocolError("the message ends too soon")
        return content


def message(kind: int, name: str, number: int, body: bytes) -> bytes:
    """Return a whole message."""
    return struct.pack(">I", _VERSION_1 | kind) + _packed_string(name) + struct.pack(">i", number) + body


def packed(structs: Structs, fields: Struct, values: Mapping[str, Any]) -> bytes:
    """Return a struct's bytes; what is None or no member is left out."""
    parts = []
    for number, (name, type_) in fields.items():
        value = values.get(name)
        if value is not None:
            parts.append(struct.pack(">bh", _code(type_), number) + _packed(structs, type_, value))
    return b"".join(parts) + b"\0"


def _packed(structs: Structs, type_: Type, value: Any) -> bytes:
    if isinstance(type_, tuple):
        if type_[0] == "list":
            head = struct.pack(">bi", _code(type_[1]), len(value))
            return head + b"".join(_packed(structs, type_[1], one) for one in value)

        head = struct.pack(">bbi", _code(type_[1]), _code(type_[2]), len(value))
        pairs = (
            _packed(structs, inner, one)
            for pair in value.items()
            for inner, one in zip(type_[1:], pair, strict=True)
        )
        return head + b"".join(pairs)
    if type_ in _NUMBERS:
        return struct.pack(_NUMBERS[type_][1], value)
    if type_ == "bool":
        return b"\1" if value else b"\0"
    if type_ == "string":
        return _packed_string(value)
    return packed(structs, structs[type_], value)


def _packed_string(text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    return struct.pack(">i", len(content)) + content


def _code(type_: Type) -> int:
    if isinstance(type_, tuple):
        return {"list": _LIST, "map": _MAP}[type_[0]]
    if type_ in _NUMBERS:
        return _NUMBERS[type_][0]
    return {"bool": _BOOL, "string": _STRING}.get(type_, _STRUCT)
