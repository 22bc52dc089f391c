"""What the look-up brings to reconciling, as ids: every period that the public sees."""

from services.lookup.tables import SHOWN

PERIODS = f"""
    SELECT license_id || ' ' || (period ->> 'valid_until')
    FROM {SHOWN}.license, jsonb_array_elements(periods) AS period
"""

ACCOUNTS = {"periods": PERIODS}
