"""What credentials brings to reconciling, as ids: the periods that applications earned, and all periods."""

PERIODS = "FROM license, jsonb_array_elements(periods) AS period"
EARNED = f"SELECT period ->> 'application_id' {PERIODS} WHERE period ->> 'application_id' IS NOT NULL"
HELD = f"SELECT license_id || ' ' || (period ->> 'valid_until') {PERIODS}"

ACCOUNTS = {"earned": EARNED, "periods": HELD}
