"""One message, errands of several kinds: a show and the train home, a present and the car there, a train and what to
bring along.

Each kind is read well when it stands alone, and badly when its hours, counts and places lie among those of another.
So the message is divided into the parts that speak of one errand each (``parts``), every errand is read from its own
parts as if nothing else had been said, and what one tells of another ("from there", "that day", "to the station") is
put in afterwards (``read``, ``rides``).
"""
