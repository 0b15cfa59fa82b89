"""The cart: a list of wishes. It reserves nothing and shows today's prices."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mock_services.context import Ctx
from mock_services.taobao import models as m
from mock_services.taobao.finding import get_item, get_sku
from mock_services.taobao.rows import CARTS, CartRow, OrderLine


def update(ctx: Ctx, args: m.CartUpdateArgs) -> m.Cart:
    """Carry out ``taobao_cart_update``."""
    sku = get_sku(ctx, args.sku_id)
    row_id = f"{ctx.person_id}|{sku.id}"
    if args.quantity:
        ctx.put(CARTS, CartRow(row_id, ctx.person_id, sku.id, args.quantity))
    else:
        ctx.delete(CARTS, row_id)
    return listing(ctx)


def take_out(ctx: Ctx, lines: Iterable[OrderLine]) -> None:
    """What was ordered from the cart leaves it; what is in it beyond that stays."""
    for line in lines:
        row = ctx.get(CARTS, f"{ctx.person_id}|{line.sku_id}")
        if row is None:
            continue
        if row.quantity > line.quantity:
            ctx.put(CARTS, msgspec.structs.replace(row, quantity=row.quantity - line.quantity))
        else:
            ctx.delete(CARTS, row.id)


def listing(ctx: Ctx) -> m.Cart:
    """Carry out ``taobao_cart_list``."""
    lines: list[m.CartLine] = []
    for row in ctx.find(CARTS, "owner", ctx.person_id):
        sku = get_sku(ctx, row.sku_id)
        item = get_item(ctx, sku.item_id)
        lines.append(
            m.CartLine(
                sku_id=sku.id,
                item_id=item.id,
                title=item.title,
                spec=sku.spec,
                shop_id=item.shop_id,
                price=sku.fen,
                quantity=row.quantity,
                stock=sku.stock,
            )
        )
    return m.Cart(lines=lines, total=sum(line.price * line.quantity for line in lines))
