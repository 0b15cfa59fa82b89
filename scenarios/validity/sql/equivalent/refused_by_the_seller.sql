-- What a seller said does not matter where the order was to be off or paid back, and it is, with
-- the money on its way.
SELECT EXISTS (
    SELECT 1 FROM wants, mutant, taobao_orders AS orders, kernel_refunds AS refunds
    WHERE wants.kind IN ('cancelled', 'refund')
    AND orders.id = json_extract(mutant.after, '$.order_id')
    AND orders.state IN ('closed', 'refunding', 'refunded')
    AND refunds.out_trade_no = orders.out_trade_no
)
