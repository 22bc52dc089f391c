"""What can be done in identity: load, decide, save, say. Nothing here commits.

saying         states of people and organizations
profiles       creating a profile in its four outcomes; deciding the doubtful ones
staff          people whom a district enters before they come themselves
accounts       sign-in, sessions, passwords
recovery       PINs by mail
people         contact, name, merging, where they work
organizations  districts, roles, delegations, absences
importing      people, organizations and roles of a predecessor system, thousands at once
keys           signing keys come and go
"""
