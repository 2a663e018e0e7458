"""The administrators' place of work: ordinary forms whose saving is an action.

`acting.py` carries a form to its action, `withdrawing.py` replaces deletion, `inlines.py` holds the
rows of a thing, `looking.py` what may only be read. Each noun has its module; `nouns.py` names all.
"""
