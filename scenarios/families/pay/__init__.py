"""Families of errands that pay, split, send and get money back."""

from scenarios.families.pay import bill, double, mandate, method, monthly, pending, split, transfer

FAMILIES = (
    bill.FAMILY,
    transfer.FAMILY,
    split.FAMILY,
    mandate.FAMILY,
    pending.FAMILY,
    double.FAMILY,
    method.FAMILY,
    monthly.FAMILY,
)
