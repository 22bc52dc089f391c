"""What can be asked of identity.

staff      who acts for an organization, who may approve, whom to call
people     a person's own data, and what others may see of it
"""
