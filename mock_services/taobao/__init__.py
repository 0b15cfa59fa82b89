"""Taobao: a marketplace with shops, variants, coupons, parcels, escrow and merchants who answer in their own time."""

from mock_services.taobao.service import Taobao

__all__ = ["Taobao"]
