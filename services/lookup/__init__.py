"""Look-up: the public's view of every license.

Owns a read model that holds public data only, in the schema `shown`: names, licenses, district names. Hears the
states of licenses, people and organizations. Says nothing. It can be built anew from those three topics while the
old one still serves.
"""
