"""Decisions on values: no I/O, no clock, no framework. Dates are the jurisdiction's; amounts are exact decimals.

license        the value: periods, standing, status on a day
validity       how it gets its periods: issued, renewed, undone, extended, restored
standing       what an officer decides of it: suspended, revoked, reinstated, changed
credit         may this credit be recorded, and does it count
requirements   what is still needed, by which option
reservation    is a filing earned, and by which credits
planner        the cheapest lawful way there
forecast       which licenses will lapse
errors         every refusal, with its data and its sentence
"""
