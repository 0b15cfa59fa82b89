"""Alipay: the person's accounts, payments, transfers, household bills and mandates."""

from mock_services.alipay.service import Alipay

__all__ = ["Alipay"]
