"""The web pages: what people see of ELMS. Owns nothing, hears nothing, says nothing.

It has no database and no broker, only the other services' HTTP faces, asked with the token of the person who looks;
each service decides what that person may see and do. How a page is made:
docs/decisions/060-pages-are-made-on-the-server.md.

    views/       one module per area: what is asked of which services, and what is shown
    templates/   one per page, in the folder of its area; one macro per component
    forms.py     what a person typed, what is wrong with it, and its one-use key
    page.py      one request: who asks, in which language, and the answer
    words/       English and Spanish, dates, amounts
"""
