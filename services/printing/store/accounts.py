"""What printing brings to reconciling, as ids: the applications that led to paper, and where their jobs are."""

OF_APPLICATIONS = """
    SELECT application_id::text FROM job
    WHERE application_id IS NOT NULL AND application_id NOT IN (SELECT application_id FROM undone)
"""
STATES = ("queued", "held", "cut", "released", "mailed", "returned", "stopped")

ACCOUNTS = {"jobs": OF_APPLICATIONS} | {
    f"jobs-{state}": f"SELECT job_id::text FROM job WHERE state = '{state}'" for state in STATES
}
