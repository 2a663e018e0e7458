"""Checkpoints of a ledger: its size and head at a time, signed. Format: docs/ledger.md. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from tracker.rules.ledger import canonical_json


def public_half(secret: bytes) -> str:
    """The public key of a secret one of 32 bytes, in hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def signed(fields: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
    """A checkpoint with its key and signature. `fields` are plan, size, head and time."""
    checkpoint = {**fields, "key": public_half(secret)}
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return {**checkpoint, "signature": key.sign(canonical_json(checkpoint)).hex()}


def holds(checkpoint: Mapping[str, Any]) -> bool:
    """Whether the signature is that of the key the checkpoint names."""
    fields = {name: value for name, value in checkpoint.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint["key"]))
        key.verify(bytes.fromhex(checkpoint["signature"]), canonical_json(fields))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True
