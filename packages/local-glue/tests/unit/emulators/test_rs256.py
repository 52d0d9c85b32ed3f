"""Signatures of tokens: those of the issuer's key are believed, and nothing else."""

from __future__ import annotations

import pytest
from glue_service.issuer import Issuer, encoded, padded

from local_glue.emulators.rs256 import is_signed

ISSUER = Issuer()
TOKEN = ISSUER.token(iss="https://users.example", aud="an-app")
HEADER, CLAIMS, SIGNATURE = TOKEN.split(".")
OPENSSL_TOKEN = (
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.bNHyWAwFCObhZ99CtgCoeauuXL9aIKnK36GfbgcVXzC_FkDDHh"
    "djlNDiemBu9xsfRSsjdWBV8RfWem1o3ygfUhjplBjKSzNaRaFT3CWjzWsEtpZYdRDY-QFOFSlE85bn5H8CoRIs0x9OTidmUG"
    "FV9gZyQUWcJlVpJgOpO31J1QLkXEUgpyKFZmbHnqvwieW2EAA4GP2nb4QoUmxuQoeDG1V1orlNqS2VtlNwmcgiMlI4udssxt"
    "PSDtMDuY5_ECC_iEjOS09-SI0gvomErvSymk_Y0tX6YlzXZC0Lz4R9-9WDkSxdmZLQXV9JGemz1q-thNxffIdkzTz9kvmCBT"
    "w2pg"
)
OPENSSL_KEY = {
    "kty": "RSA",
    "e": "AQAB",
    "n": (
        "nTau6zY9bkFOyD0lJnFv86PoHfd0UkGmTvzqaVzDnBnHZIIsT7gn5e594zf_btdRlGLLVCffY3uAlXeQxJRJqyC5R11f4JnE"
        "ZDv7TAHe5xs8ApQ3pyS0BGLG0RYrNakLoahwuuORD78YzufoyjvGjQqTzEFqTTqUTQck-YzGSxRWkdtw81SR9is18RYPZrMH"
        "8-iAnkx7JGNKOQsoOAfIF0QU_2w4LD2fc4xb3a-V7QXtSCr0jmb9mNDkHYr655z_Dxvrg_7Cx7t_npGyNmR8qg91Js9vbkB4"
        "wYPq4CPBjCJBJrJf61TRDGkAKR9RphLLsOhXzw42H2IYUEUCHNirMw"
    ),
}
OTHER_CLAIMS = encoded({"iss": "https://users.example", "aud": "another-app"})


def test_a_token_of_the_key_is_believed() -> None:
    assert is_signed(TOKEN, ISSUER.key)


def test_a_known_answer() -> None:
    """A signature that OpenSSL made: `openssl dgst -sha256 -sign`, with a key that is lost."""
    assert is_signed(OPENSSL_TOKEN, OPENSSL_KEY)


@pytest.mark.parametrize(
    "token",
    [
        f"{HEADER}.{OTHER_CLAIMS}.{SIGNATURE}",
        f"{HEADER}.{CLAIMS}.",
        f"{HEADER}.{CLAIMS}.AAAA",
        f"{HEADER}.{CLAIMS}.{SIGNATURE}AAAA",
        f"{HEADER}.{CLAIMS}.{encoded(bytes(128))}",
        f"{HEADER}.{CLAIMS}.{encoded((ISSUER.modulus + 1).to_bytes(128, 'big'))}",
        f"{HEADER}.{CLAIMS}.no base 64!",
        Issuer().token(iss="https://users.example", aud="an-app"),
        "",
    ],
)
def test_what_the_key_did_not_sign_is_refused(token: str) -> None:
    assert not is_signed(token, ISSUER.key)


@pytest.mark.parametrize(
    "change",
    [
        {"n": None},
        {"n": "no base 64!"},
        {"kty": "EC"},
        {"n": encoded(b"\xff" * 64)},  # too short to trust
    ],
)
def test_a_key_that_is_none_believes_nothing(change: dict[str, object]) -> None:
    assert not is_signed(TOKEN, {**ISSUER.key, **change})


def test_a_key_that_would_change_nothing_believes_nothing() -> None:
    """To the power of one a signature is what it signs: everybody could make it."""
    forged = f"{HEADER}.{CLAIMS}.{encoded(padded(f'{HEADER}.{CLAIMS}'))}"
    assert not is_signed(forged, {**ISSUER.key, "e": encoded(b"\x01")})
