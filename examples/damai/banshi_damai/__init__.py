"""Event tickets with seat maps: concerts, plays and matches, held for ten minutes and paid through alipay."""

from banshi_damai.service import Damai

__all__ = ["Damai"]
