"""The door for other systems.

Purpose   takes what agencies publish (topics, files, HTTP), checks it strictly, re-keys it to our people, licenses and
          pieces, and answers each with a receipt: accepted, parked with a deadline, or refused with field and reason.
Owns      receipts, parked messages, loads of files, agencies' keys and webhooks; projections of people, licenses and
          organizations that it names things by.
Hears     inbound.<agency>.credits · rosters · actions · print-reports; PersonState, LicenseState, OrganizationState;
          CreditRecorded, CreditRefused, CreditRecalled (what became of a credit that it passed on).
Says      CreditAwarded, CreditTakenBack, StaffAssignmentReceived, DisciplinaryActionReceived, PieceReported;
          to each agency EventAccepted, EventParked, EventRefused.
"""
