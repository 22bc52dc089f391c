"""Identity's decisions on values: no I/O, no clock, no framework.

names           when two spellings are one name
matching        the four outcomes of creating a profile
people, numbers what a person's data must look like; educator numbers
usernames       chosen or assigned
passwords       ASVS 5's floor, and no re-use
organizations   districts, the state's office, agencies, print shops
roles           dated roles, and who may grant them
delegations     who may approve for a district today, and cover for absence
merging         two records of one person
"""
