"""Keys of applications: derived, in the forms that SDKs take, signing and checking RSA2."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulator.services import application_keys, applications
from simulator.services.application_keys import PublicKeyError, read_public_key
from simulator.services.applications import NewApplication


@pytest.fixture
def state(app, world):
    return app.worlds.find(world.name)


@pytest.fixture
def application(state):
    return applications.applications(state, "alipay")[0]


def public_pem(key) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def test_every_form_of_the_private_key_is_the_same_valid_key(state, application) -> None:
    forms = application_keys.private_forms(application_keys.derived_pair(state, application))
    keys = [
        # cryptography checks the primes and exponents of what it loads
        serialization.load_pem_private_key(forms.pkcs1_pem.encode(), None),
        serialization.load_pem_private_key(forms.pkcs8_pem.encode(), None),
        serialization.load_der_private_key(b64decode(forms.pkcs1_base64), None),
        serialization.load_der_private_key(b64decode(forms.pkcs8_base64), None),
    ]
    assert len({key.private_numbers() for key in keys}) == 1
    assert keys[0].key_size == 2048
    assert public_pem(keys[0]) == application_keys.public_pem(state, application)
    assert forms.pkcs1_pem.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert forms.pkcs8_pem.startswith("-----BEGIN PRIVATE KEY-----\n")


def test_keys_of_applications_and_of_the_platform_differ(state) -> None:
    first, second = applications.applications(state, "alipay")[:2]
    pems = {application_keys.public_pem(state, each) for each in (first, second)}
    pems.add(application_keys.public_pem_of_platform(state, "alipay"))
    assert len(pems) == 3


def test_worlds_of_one_seed_have_the_same_keys(app, make_world, state, application) -> None:
    other = app.worlds.find(make_world().name)
    assert application_keys.public_pem(other, application) == application_keys.public_pem(
        state, application
    )


def test_what_a_pair_signs_its_public_key_confirms(state, application) -> None:
    pair, pem = (
        application_keys.derived_pair(state, application),
        application_keys.public_pem(state, application),
    )
    signature = application_keys.sign(pair, "医保".encode())
    assert application_keys.is_signed(pem, "医保".encode(), signature)
    assert not application_keys.is_signed(pem, "医 保".encode(), signature)
    other = application_keys.public_pem_of_platform(state, "alipay")
    assert not application_keys.is_signed(other, "医保".encode(), signature)
    for broken in ("", "x", "====", "é", signature[:-4], signature + "AAAA"):
        assert not application_keys.is_signed(pem, "医保".encode(), broken)


def test_public_key_that_an_owner_brings_is_read_in_every_form(state) -> None:
    pem = public_pem(rsa.generate_private_key(65537, 2048))
    line = application_keys.public_forms(pem).base64
    assert read_public_key(pem) == pem
    assert read_public_key(line) == pem
    assert read_public_key(f"\n {line[:64]}\n{line[64:]}\n") == pem
    made = applications.make(state, NewApplication("alipay", "自带公钥", public_key_pem=pem))
    assert application_keys.derived_pair(state, made) is None
    assert application_keys.public_pem(state, made) == pem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("密钥", "neither PEM nor base64"),
        ("AAAA", "not a public key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "not a public key"),
        (public_pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "1024 bits; expected 2048 to 4096"),
    ],
)
def test_text_that_is_no_such_key_is_refused(text, problem) -> None:
    with pytest.raises(PublicKeyError, match=problem):
        read_public_key(text)


def test_applications_of_wechat_sign_with_nothing(state) -> None:
    application = applications.applications(state, "wechat")[0]
    assert application_keys.derived_pair(state, application) is None
    assert application_keys.public_pem(state, application) is None
    assert application_keys.public_pem_of_platform(state, "wechat") is None
