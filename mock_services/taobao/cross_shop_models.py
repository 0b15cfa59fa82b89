"""Arguments and results of a checkout over several shops. Amounts are yuan on the wire."""

from __future__ import annotations

from pydantic import Field

from mock_services.argtypes import YuanIn, YuanOut
from mock_services.service import Args, Result
from mock_services.taobao.models import AddressId, CampaignView, CouponId, RequestNo, ShopId
from mock_services.taobao.order_models import Created, OrderLineIn, Preview


class CheckoutArgs(Args):
    """Variants of any shops, to one address; each shop's become an order of their own."""

    lines: list[OrderLineIn] = Field(min_length=1, max_length=40, description="variants of any shops")
    address_id: AddressId
    coupons: dict[ShopId, CouponId] = Field(
        {}, max_length=20, description="shop_id → the coupon to use on that shop's order; each coupon once"
    )


class CheckoutPreview(Result):
    """What the checkout would cost now. Nothing is reserved and prices may change."""

    orders: list[Preview] = Field(description="one for each shop, in the order of the lines")
    goods: YuanOut
    shipping: YuanOut
    discount: YuanOut = Field(description="what the coupons take off")
    campaign: CampaignView | None = Field(description="the running sale that takes most off these goods")
    campaign_goods: YuanOut = Field(description="goods that count for the sale, after coupons")
    campaign_discount: YuanOut = Field(description="what the sale takes off, spread over those goods")
    campaign_next: YuanOut = Field(description="so much more of its goods brings the sale's next step; 0: none")
    total: YuanOut


class CheckoutCreateArgs(CheckoutArgs):
    """A checkout. With ``expect_total`` it is refused if it would cost anything else."""

    expect_total: YuanIn | None = Field(None, description="the total that was agreed to, yuan")
    note: str = Field("", max_length=200, description="a note to every seller")
    from_cart: bool = Field(False, description="take what is ordered out of the cart")
    request_no: RequestNo = ""


class CheckoutCreated(Result):
    """Orders that wait for their payments, each by its own out_trade_no: all were made, or none."""

    checkout_id: str
    orders: list[Created]
    campaign_discount: YuanOut
    total: YuanOut
