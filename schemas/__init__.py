"""What correct data looks like: normalising, checking, rules, the personal data gate, and the definitions themselves.

Knows the domain; nothing of sources, storage, search or the web.
"""
