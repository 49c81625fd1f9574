"""The form that a guide takes to the police: who asks for the certificate, for what, by which law."""

import datetime as dt

from flask_babel import force_locale
from flask_babel import gettext as _

from app.certificates.models import CertificateTask, PoliceCertificate
from app.guides.models import Guide
from app.municipalities.models import Municipality
from app.paper import Paper

FOR_THE_POLICE = ("nb", "nn")  # they read Norwegian


def purpose_form(
    certificate: PoliceCertificate, municipality: Municipality, *, today: dt.date
) -> bytes:
    """Return the form as a PDF. The day of birth, which we do not know, and two names go by hand."""
    guide = certificate.guide
    with force_locale(_language(guide, municipality)):
        title = _("Confirmation of purpose for a police certificate")
        place = _("%(municipality)s municipality", municipality=municipality.name)
        paper = Paper(title, _language(guide, municipality), made_on=today, foot=place)
        paper.headline(title)
        paper.paragraph(
            _(
                "We ask the person named here for a police certificate. This form goes with the"
                " application to the police."
            )
        )
        paper.pair(_("Who asks for the certificate"), _recipient(place, municipality))
        paper.pair(_("Who applies"), guide.name)
        paper.pair(_("Date of birth"), "")
        paper.pair(_("What the certificate is for"), _purpose(certificate.task))
        paper.pair(_("Where"), place)
        paper.pair(_("Legal basis"), certificate.legal_basis)
        paper.signature(_("For the municipality"), _("Date"))
        paper.signature(_("The person who applies"), _("Date"))
        _advice(paper)
        return paper.to_bytes()


def _language(guide: Guide, municipality: Municipality) -> str:
    wished = (guide.locale, municipality.locale)
    return next((locale for locale in wished if locale in FOR_THE_POLICE), FOR_THE_POLICE[0])


def _recipient(place: str, municipality: Municipality) -> str:
    lines = [place, municipality.contact_name, municipality.contact_phone]
    return "\n".join(line for line in lines if line)


def _purpose(task: CertificateTask) -> str:
    words: dict[CertificateTask, str] = {
        CertificateTask.ADULT_MATCH: _(
            "Volunteer refugee guide: meets newly settled adults in their spare time, and helps"
            " them to get to know the neighbourhood and the language."
        ),
        CertificateTask.FAMILY_WITH_CHILDREN: _(
            "Volunteer refugee guide for a newly settled family with children: meets the family"
            " regularly in their spare time, at home and out."
        ),
        CertificateTask.MINORS_GROUP: _(
            "Volunteer in a group of minors who have come to Norway without their parents: does"
            " things together with them, always with other adults."
        ),
    }
    return words[task]


def _advice(paper: Paper) -> None:
    paper.heading(_("To you who apply"))
    for words in (
        _("Write your date of birth here yourself. We do not keep it."),
        _("Sign the form, and let us sign it: come by with it, or ask us for one that is signed."),
        _("Apply at politiet.no and send this form along. It costs volunteers nothing."),
        _("The police send the certificate to you, often within two weeks."),
        _("Show it to us within three months of the date on it, and take it home again."),
        _("We note that we have seen it, and when: no copy, and nothing of what it says."),
        _("Are you under 18? Then your guardians apply with you."),
    ):
        paper.point(words)
