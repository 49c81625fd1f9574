"""The way to the mail server: encrypted and verified, never for ever, and no header is forged."""

import datetime as dt
import ipaddress
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.messages import mailer
from app.messages.mailer import Mailer, Never, NotNow, is_this_machine, make_letter
from tests.cast import NOW
from tests.messages.mailbox import Mailbox

NOT_LOOPBACK = "0.0.0.0"  # noqa: S104 (leads to this machine, and does not look as if it did)


def letter(**changes):
    given = {
        "sender": "Flyktningguide <no-reply@guide.example>",
        "recipient": "kari@asker.example",
        "subject": "Hei",
        "body": "Hei!\n",
        "message_id": "<1@guide.example>",
        "written_at": NOW,
    }
    return make_letter(**(given | changes))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for the address that we use, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mailbox")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address(NOT_LOOPBACK))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mailbox.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def mailbox(certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with Mailbox().open(tls_context=tls, require_starttls=True) as mailbox:
        yield mailbox


def test_starttls_with_a_trusted_certificate_delivers(mailbox, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    Mailer(f"smtp://{NOT_LOOPBACK}:{mailbox.port}").send(letter())

    assert len(mailbox.letters) == 1


def test_certificate_that_nobody_vouches_for_is_refused(mailbox):
    with pytest.raises(NotNow, match="SSLCertVerificationError"):
        Mailer(f"smtp://{NOT_LOOPBACK}:{mailbox.port}").send(letter())

    assert mailbox.letters == []


def test_server_that_says_nothing_does_not_hold_us_for_ever(monkeypatch):
    monkeypatch.setattr(mailer, "TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotNow):
        Mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(letter())


def test_refusals_say_a_code_and_no_address(mailbox, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox.replies["kari@asker.example"] = "550 kari@asker.example is not here"

    with pytest.raises(Never) as refused:
        Mailer(f"smtp://{NOT_LOOPBACK}:{mailbox.port}").send(letter())

    assert str(refused.value) == "SMTPRecipientsRefused 550"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("field", ["sender", "recipient", "subject", "message_id"])
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"])
def test_no_value_can_start_a_header_of_its_own(field, line_break):
    with pytest.raises(ValueError, match=r"linefeed|newline|CR|address"):
        letter(**{field: f"x@y.example{line_break}Bcc: all@asker.example"})


def test_body_that_looks_like_headers_stays_body():
    written = letter(body="\nBcc: all@asker.example\n\n.\nQUIT\n")

    assert written["Bcc"] is None
    assert "Bcc: all@asker.example" in written.get_content()


def test_letter_is_the_same_at_every_attempt():
    assert letter().as_bytes() == letter().as_bytes()


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        (NOT_LOOPBACK, False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("mail.asker.example", False),
    ],
)
def test_only_this_machine_goes_without_encryption(host, answer):
    assert is_this_machine(host) is answer
