"""What can be asked.

answers      the shapes of the answers, which are also the OpenAPI page's
licenses     my licenses, one license, may it be seen
development  what is still needed, which credits count, the plan
forecast     which licenses of a district will lapse
peers        what other services ask: may this be filed, may this be mailed
"""
