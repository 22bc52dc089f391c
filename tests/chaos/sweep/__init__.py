"""The boundary sweep: a process of each role of each service dies at each boundary; nothing is lost or doubled.

recording   one real history through all services: topics, and each service's database before it heard them
cases       for each (service, role, boundary): a copy of the database, a process that dies there, a clean one
verdict     the copy afterwards, beside one in which nobody died
"""
