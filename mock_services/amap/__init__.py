"""Maps, weather and ride hailing."""

from mock_services.amap.service import Amap

__all__ = ["Amap"]
