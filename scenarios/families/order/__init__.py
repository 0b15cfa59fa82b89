"""Families of errands that order goods or food."""

from scenarios.families.order import breakfast, bulk, drinks, gift, goods, meals

FAMILIES = (
    drinks.FAMILY,
    bulk.OVERLIMIT,
    bulk.MIXED,
    meals.MEAL,
    meals.PHARMACY,
    breakfast.FAMILY,
    goods.FAMILY,
    gift.FAMILY,
)
