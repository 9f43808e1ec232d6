"""A visitor proves that an address is theirs: with a code from its mailbox, or by a token
of the host site. Only then do they see, and may they change, what is stored under it.

Every address gets a code, known or not, and nothing here asks whether it is known before
the proof: neither wording nor time can tell.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.contacts import repository
from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.email_address import normalise_email
from crm_bridge.contacts.models import Contact, ContactEmail, IdentityClaim, IdentityProof
from crm_bridge.core.errors import Invalid, TryLater
from crm_bridge.core.outbox import announce
from crm_bridge.core.provenance import set_by

LIFE: Final = timedelta(minutes=10)
MOST_WRONG: Final = 5  # guesses at one code: a chance of one in 200,000
MOST_CODES: Final = 5  # an hour, for one conversation
MOST_MAILS: Final = 10  # an hour, to one address from all conversations
PAUSE: Final = timedelta(seconds=30)
WITHIN: Final = timedelta(hours=1)


class CodeRefused(Invalid):
    code = "code_refused"


class TooManyCodes(TryLater):
    code = "too_many_codes"


def code_of(proof: IdentityProof, secret: str) -> str:
    """The six digits that prove it."""
    said = f"usher code {proof.conversation_id} {proof.email} {proof.nonce}".encode()
    return f"{int.from_bytes(hmac.digest(secret.encode(), said, hashlib.sha256)[:8]) % 10**6:06d}"


async def begin(session: AsyncSession, conversation_id: str, email: str, *, now: datetime) -> None:
    """Have a code sent to an address. Announces identity.code_wanted; an earlier code of
    the conversation is void. Raises BadEmail or TooManyCodes."""
    address = normalise_email(email)
    before = await session.get(IdentityProof, conversation_id, with_for_update=True)
    flood = select(func.coalesce(func.sum(IdentityProof.sent), 0)).where(
        IdentityProof.email == address, IdentityProof.first_at > now - WITHIN
    )
    if (await session.scalar(flood) or 0) >= MOST_MAILS:
        raise TooManyCodes("many codes were sent to this address", retry_after_seconds=600)
    sent, first_at = 1, now
    if before is not None and now - before.first_at < WITHIN:
        last_at = before.expires_at - LIFE
        if before.sent >= MOST_CODES or now - last_at < PAUSE:
            wait = PAUSE if before.sent < MOST_CODES else before.first_at + WITHIN - now
            raise TooManyCodes("a code was just sent", retry_after_seconds=wait.total_seconds())
        sent, first_at = before.sent + 1, before.first_at
    await session.merge(
        IdentityProof(
            conversation_id=conversation_id,
            email=address,
            nonce=secrets.token_hex(16),
            wrong=0,
            sent=sent,
            first_at=first_at,
            expires_at=now + LIFE,
            proved_at=None,
        )
    )
    await session.flush()
    data = {"conversation": conversation_id}
    announce(session, "identity.code_wanted", data, now=now, subject_id=conversation_id)


async def waiting(
    session: AsyncSession, conversation_id: str, *, now: datetime
) -> IdentityProof | None:
    """The code that the conversation may answer now, if there is one."""
    proof = await session.get(IdentityProof, conversation_id)
    if proof is None or proof.proved_at is not None or proof.expires_at <= now:
        return None
    return proof if proof.wrong < MOST_WRONG else None


async def fits(session: AsyncSession, conversation_id: str, code: str, *, secret: str) -> bool:
    """Whether the code is the one that is waited for. A wrong one is counted as a guess,
    so commit in either case; a right one proves nothing yet."""
    proof = await session.get(IdentityProof, conversation_id, with_for_update=True)
    if proof is None or proof.wrong >= MOST_WRONG:
        return False
    if hmac.compare_digest(code_of(proof, secret), code):
        return True
    proof.wrong += 1
    return False


async def answer(
    session: AsyncSession, conversation_id: str, code: str, *, secret: str, now: datetime
) -> str | None:
    """The address that the code proves; None where it proves none. A wrong one is counted,
    so commit in either case."""
    proof = await session.get(IdentityProof, conversation_id, with_for_update=True)
    if proof is None or proof.proved_at is not None or proof.expires_at <= now:
        return None
    if proof.wrong >= MOST_WRONG:
        return None
    if not hmac.compare_digest(code_of(proof, secret), code):
        proof.wrong += 1
        return None
    proof.proved_at = now
    await prove(session, conversation_id, proof.email, now=now)
    return proof.email


async def prove(session: AsyncSession, conversation_id: str, email: str, *, now: datetime) -> None:
    """The visitor of the conversation has the mailbox `email`: their claim to its contact
    is proved. An address that nobody has is proved once it is claimed."""
    address = as_email(email)
    contact = await repository.get_by_email(session, address) if address else None
    if contact is None:
        return
    await session.execute(
        update(ContactEmail)
        .where(ContactEmail.address == address)
        .values(verified_at=now, bounced_at=None)
    )
    await session.merge(
        IdentityClaim(
            conversation_id=conversation_id,
            contact_id=contact.id,
            email=address,
            matched_by="email",
            at=now,
            verified_at=now,
        )
    )
    await session.flush()


async def proved_contact_id(session: AsyncSession, conversation_id: str) -> str | None:
    """The contact that the conversation's visitor has proved to be."""
    claim = await repository.get_claim(session, conversation_id)
    return claim.contact_id if claim is not None and claim.verified_at is not None else None


async def proved_email(session: AsyncSession, conversation_id: str) -> str | None:
    """The address that the conversation's visitor has proved, where it is a contact's."""
    claim = await repository.get_claim(session, conversation_id)
    return claim.email if claim is not None and claim.verified_at is not None else None


async def known_of(session: AsyncSession, email: str) -> dict[str, str]:
    """What is stored of the person with a proved address, by kind of question: email, name,
    phone, company. Call it for nobody who has not proved it."""
    address = as_email(email)
    contact = await repository.get_by_email(session, address) if address else None
    if contact is None:
        return {"email": address} if address else {}
    return {
        name: value for name, value in (await _values(session, contact, address)).items() if value
    }


async def _values(session: AsyncSession, contact: Contact, address: str | None) -> dict[str, Any]:
    company = await session.get(Company, contact.company_id) if contact.company_id else None
    return {
        "email": address,
        "name": contact.name,
        "phone": contact.phones[0].number if contact.phones else None,
        "company": company.name if company and _was_told(company) else None,
    }


def _was_told(company: Company) -> bool:
    """Whether somebody said what it is called; a name made of its domain is nobody's word."""
    return not (set_by(company.provenance, "name") or "").startswith("derived:")
