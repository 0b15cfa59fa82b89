"""Sales of the whole marketplace: so much off for every full so much, counted over shops (跨店满减).

The rules follow those of the marketplace's big sales: goods count after coupons and without shipping, the discount is
spread over the goods in proportion to what each of them costs then, and goods that go back bring back what was paid
for them, with their share of the discount taken off. Of several sales the one that takes off most counts. The dates
and terms of the sales in the catalogue are invented after those of earlier years.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from mock_services import clock
from mock_services.base import BaseBuilder
from mock_services.context import Ctx
from mock_services.money import split_by
from mock_services.taobao import models as m
from mock_services.taobao.rows import CAMPAIGNS, Campaign, Shop

LEAST_LINE_FEN: Final = 100
"""A line that costs less takes no part, so that something of it is always left to be paid."""

_CHINA_MIN: Final = 480
_BIG_SALES: Final = (
    ("TK618", "618 跨店满减", "618 cross-shop sale", "2026-06-01T20:00:00", "2026-06-21T00:00:00"),
    ("TK1111", "双11 跨店满减", "Double 11 cross-shop sale", "2026-10-31T20:00:00", "2026-11-12T00:00:00"),
)


class Part(msgspec.Struct, frozen=True, gc=False):
    """A line that may take part: its shop and what it costs after its coupon, in fen."""

    shop: Shop
    fen: int


class Applied(msgspec.Struct, frozen=True):
    """A campaign on a basket: what it takes off each part, and the sum that it counted, in fen."""

    campaign: Campaign
    counted_fen: int
    shares: tuple[int, ...]

    @property
    def off_fen(self) -> int:
        """What it takes off in all."""
        return sum(self.shares)

    @property
    def to_next_fen(self) -> int:
        """How much more of its goods would bring the next step; 0 where its limit is reached."""
        campaign = self.campaign
        if campaign.most_fen and self.off_fen >= campaign.most_fen:
            return 0
        return campaign.every_fen - self.counted_fen % campaign.every_fen


def seed(base: BaseBuilder) -> None:
    """Add the year's big sales."""
    for key, title, title_en, starts, ends in _BIG_SALES:
        at = (clock.parse_iso(starts, _CHINA_MIN), clock.parse_iso(ends, _CHINA_MIN))
        base.add(CAMPAIGNS, Campaign(key, title, title_en, 30_000, 5_000, 0, *at, ("flagship", "tmall")))


def running(ctx: Ctx) -> list[Campaign]:
    """The sales of this moment."""
    rows = (row for row in ctx.scan(CAMPAIGNS) if row.starts_at <= ctx.now < row.ends_at)
    return sorted(rows, key=lambda row: row.id)


def apply(ctx: Ctx, parts: Sequence[Part]) -> Applied | None:
    """The running campaign that takes most off these parts, or None while none of them is in one."""
    found: Applied | None = None
    for campaign in running(ctx):
        made = _applied(campaign, parts)
        if made.counted_fen and (found is None or made.off_fen > found.off_fen):
            found = made
    return found


def _applied(campaign: Campaign, parts: Sequence[Part]) -> Applied:
    weights = [p.fen if p.fen >= LEAST_LINE_FEN and takes_part(campaign, p.shop) else 0 for p in parts]
    counted = sum(weights)
    off = counted // campaign.every_fen * campaign.off_fen
    off = min(off, campaign.most_fen) if campaign.most_fen else off
    return Applied(campaign, counted, tuple(split_by(off, weights)))


def takes_part(campaign: Campaign, shop: Shop) -> bool:
    """Whether a shop's goods count."""
    return shop.kind in campaign.kinds


def listing(ctx: Ctx, args: m.CampaignListArgs) -> m.CampaignListResult:
    """Carry out ``taobao_campaign_list``."""
    known = sorted(ctx.scan(CAMPAIGNS), key=lambda row: (row.starts_at, row.id))
    shown = [row for row in known if row.ends_at > ctx.now and (args.coming or row.starts_at <= ctx.now)]
    return m.CampaignListResult(campaigns=[view(ctx, row) for row in shown])


def view(ctx: Ctx, row: Campaign) -> m.CampaignView:
    """A campaign as the tools show it."""
    return m.CampaignView(
        campaign_id=row.id,
        title=row.title,
        title_en=row.title_en,
        every=row.every_fen,
        off=row.off_fen,
        most=row.most_fen or None,
        starts_at=ctx.iso(row.starts_at),
        ends_at=ctx.iso(row.ends_at),
        running=row.starts_at <= ctx.now < row.ends_at,
        shop_kinds=list(row.kinds),
    )
