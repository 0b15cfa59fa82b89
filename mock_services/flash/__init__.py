"""Taobao Flash Sale: shops near an address whose couriers deliver within minutes."""

from mock_services.flash.service import Flash

__all__ = ["Flash"]
