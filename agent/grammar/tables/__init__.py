"""The grammar's words, one table per language.

A table is a list of rows ``(code, value, words)``. ``words`` are separated by commas; ``~`` before a word keeps it to
sentences in the table's own language, because it means something else in another. What a code stands for:

========  ==================================================  =====================================================
code      what                                                value
========  ==================================================  =====================================================
``D``     day relative to today                               days from today
``W``     weekday                                             (Monday = 0, weeks from this one or None)
``7``     Indonesian *minggu*, Sunday or week
``Q``     stretch of days                                     (kind, shift)
``M``     month name                                          1..12
``y m i`` year, month and day-of-month markers
``n``     marker before a day of the month (*tgl*)
``=``     anaphora: *the same day*                            None, or a part of the day
``P``     part of the day                                     key of ``clocks.PARTS``
``w``     早, morning only before a clock time
``E``     day and part in one word                            (days from today, part)
``J o``   clock marker before / after the hour                ``o``: "about" when vague
``A``     am / pm                                             "am" or "pm"
``h q f`` half, quarter, minutes after the hour
``H``     half past, quarter to, *setengah*                   minutes to add to the hour that follows
``a``     minutes before the hour (差)
``^``     minutes past / to, *lewat* / *kurang*               1 or -1
``T``     named clock time                                    (hour, minute)
``B b``   role before / after a day or time                   a DayRole, or "about"
``$ u j`` currency before / after, a tenth of the unit        ISO 4217 code
``L l``   bound before / after an amount                      a Bound, or "budget"
``p``     share of an amount                                  a Per
``/``     per
``<``     between
``V``     words that make a bare number money              "soft" where a noun behind it makes it a count
``e``     one night, one day, one person                      unit
``U``     unit of a count                                     unit key
``G``     number and unit in one word                         (n, unit)
``r``     one of "two big, one small" (两大一小)           unit key
``t x``   unit of time; a whole duration                      minutes
``I K``   in; for                                             ``I``: a DurationRole
``v Z``   recurrence; every                                   weekdays
``S s``   stars after / before the number
``g``     distance                                            metres
``%``     percent sign                                        None, or "before"
``# z``   label before / after a number that counts nothing
``k``     times sign
``-``     from one to another
``1``     numeral word                                        (kind, value)
``_``     word that may follow a finished number phrase
``.``     fixed phrase that only looks like one of these
========  ==================================================  =====================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Rows = Sequence[tuple[str, Any, str]]
