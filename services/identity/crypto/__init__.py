"""Identity's secrets, in the one room that may hold them.

sealing     SSN and birth date sealed for storage, and keyed hashes ("marks") for matching
passwords   Argon2id in a bounded thread pool
pins        single-use PINs and one-time passwords
tokens      signed access tokens and the public keys that verify them (JWKS)
"""
