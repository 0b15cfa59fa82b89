"""Families of errands that order goods or food."""

from scenarios.families.order import basket, breakfast, bulk, drinks, gift, goods, meals, past

FAMILIES = (
    drinks.FAMILY,
    bulk.OVERLIMIT,
    bulk.MIXED,
    meals.MEAL,
    meals.PHARMACY,
    breakfast.FAMILY,
    goods.FAMILY,
    basket.FAMILY,
    gift.FAMILY,
    past.RETURN,
    past.AGAIN,
    past.CHANGE,
)
