-- An order that is being sent back stands until the parcel is there: what counts is what the seller agreed to.
SELECT EXISTS (SELECT 1 FROM wants WHERE kind = 'refund')
    AND EXISTS (
        SELECT 1 FROM taobao_after_sales AS sale, mutant
        WHERE sale.order_id = json_extract(mutant.after, '$.id')
        AND sale.state IN ('pickup_scheduled', 'returning', 'refunded')
    )
