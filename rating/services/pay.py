"""What a study pays, and the sheet as a file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Study, User
from rating.models import PayTerms
from rating.queries.pay import PaySheet

MAX_RATE = Decimal(100_000)
COLUMNS = ("pseudonym", "group", "items", "minutes", "basis", "rate", "amount", "currency")
# What spreadsheet programs take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def set_pay_terms(
    study: Study, *, actor: User, basis: str, rate: Decimal, currency: str, words: str = ""
) -> PayTerms:
    """Set what raters are paid by. It holds for all work, also what was done before.

    Raises:
        DomainError: an unknown basis, a rate below nothing or beyond reason, a currency not of three letters.
    """
    currency = currency.strip().upper()
    if basis not in PayTerms.Basis.values or not 0 <= rate <= MAX_RATE:
        raise DomainError(Code.INVALID, _("Choose by what is paid, and a rate from 0 on."))
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise DomainError(Code.INVALID, _("Give the currency by its three letters, e.g. EUR."))
    with transaction.atomic():
        fields = {"basis": basis, "rate": rate, "currency": currency, "words": words.strip()}
        terms, _made = PayTerms.objects.update_or_create(study=study, defaults=fields)
        record("pay.set", actor=actor, study=study, basis=basis, rate=str(rate), currency=currency)
        return terms


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet_file(sheet: PaySheet) -> str:
    """CSV, one row for each rater, in UTF-8 with a byte order mark: spreadsheet programs read it so."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    terms = sheet.terms
    paid = (terms.basis, terms.rate, terms.currency) if terms else ("", "", "")
    for row in sheet.rows:
        amount = "" if row.amount is None else str(row.amount)
        work = row.work
        writer.writerow(
            [row.pseudonym, _cell(row.group_name), work.n_items, work.minutes, *paid[:2], amount, paid[2]]
        )
    return out.getvalue()
