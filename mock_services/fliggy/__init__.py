"""``fliggy``: flights, trains, hotels and attraction tickets."""

from mock_services.fliggy.service import Fliggy

__all__ = ["Fliggy"]
