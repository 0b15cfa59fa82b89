"""Travel errands read as a whole: which words speak of which seat, room, car or ticket, wherever they stand.

The other readers take a sentence clause by clause. An errand of several bookings is told in another way: the route
first, the hotel next, and then what time the train should be in, what a night may cost, who comes along, in any order
and often without a comma. So the words are cut into *pieces* with a topic each (``pieces``), and each booking is read
from the pieces of its topic (``seats``, ``rooms``, ``cars``, ``outings``, ``moves``).
"""
