"""What renewals brings to reconciling, as ids."""

COMPLETED = "SELECT application_id::text FROM application WHERE state = 'completed'"
UNDER_WAY = "SELECT application_id::text FROM application WHERE state IN ('approved', 'reversing')"
BLOCKED = "SELECT application_id::text FROM application WHERE state = 'blocked'"

ACCOUNTS = {"completed": COMPLETED, "under-way": UNDER_WAY, "blocked": BLOCKED}
