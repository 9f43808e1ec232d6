"""Secrets of connections at rest: readable only with the installation's key.

AES-256-GCM under a key derived (HKDF-SHA256) from USHER_SECRET_KEY. What a secret is for
(`purpose`, e.g. "crm:cnx_1") is bound into it: a sealed text moved to another row does not
open there. Pure but for the random nonce.
"""

import base64
import binascii
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_bridge.core.errors import Invalid

_VERSION: Final = "s1."
_NONCE_BYTES: Final = 12  # NIST SP 800-38D: 96 bits
_PURPOSE_OF_KEY: Final = b"usher secrets at rest, 1"


class SealBroken(Invalid):
    """A sealed text that this key does not open: another key, another purpose, or damage."""

    code = "seal_broken"


class NoKey(Invalid):
    """There is no USHER_SECRET_KEY to seal with."""

    code = "secret_key_missing"


class Seal:
    """Seals and opens secrets with one installation's key. Raises NoKey without a key."""

    def __init__(self, secret_key: str) -> None:
        if not secret_key:
            raise NoKey("set USHER_SECRET_KEY: secrets are stored encrypted with it")
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE_OF_KEY)
        self._cipher = AESGCM(derive.derive(secret_key.encode()))

    def seal(self, secret: str, *, purpose: str) -> str:
        """`secret` as printable text that only `unseal` with the same purpose reads."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        hidden = self._cipher.encrypt(nonce, secret.encode(), purpose.encode())
        return _VERSION + base64.urlsafe_b64encode(nonce + hidden).decode()

    def unseal(self, sealed: str, *, purpose: str) -> str:
        """The secret behind a sealed text. Raises SealBroken."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(_VERSION))
            shown = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        except (binascii.Error, ValueError, InvalidTag) as fault:
            raise SealBroken("this secret was sealed with another key; connect again") from fault
        return shown.decode()
