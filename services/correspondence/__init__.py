"""Correspondence: letters to educators, and the inbox where they read them again.

Owns letters, the templates they were written from, and where to reach people. Hears what happened to licenses,
credits, applications, paper and people. Says nothing; sends e-mail. Only what has happened is told: a letter and
its e-mail are written in the transaction that takes the fact in.
"""
