"""Changing sign-ons: sent and confirmed by groups, decided on by coordinators, forgotten in time."""

from crm.sign_ons.operations.asking import ask_back
from crm.sign_ons.operations.decisions import (
    AlreadyDecided,
    Decided,
    accept_as_new,
    decline,
    merge,
    reveal_speaker,
)
from crm.sign_ons.operations.retention import forget_old
from crm.sign_ons.operations.submissions import (
    Answer,
    Submission,
    confirm_sign_on,
    mail_again,
    renew_link,
    resend_link,
    send_sign_on,
)

__all__ = [
    "AlreadyDecided",
    "Answer",
    "Decided",
    "Submission",
    "accept_as_new",
    "ask_back",
    "confirm_sign_on",
    "decline",
    "forget_old",
    "mail_again",
    "merge",
    "renew_link",
    "resend_link",
    "reveal_speaker",
    "send_sign_on",
]
