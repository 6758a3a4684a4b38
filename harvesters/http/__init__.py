"""The parts of the one client that opens outside connections; :mod:`harvesters.http_client` is its door.

``targets`` reads addresses, ``addresses`` is the table of those that are refused, ``dialing`` connects to what was
checked, ``bodies`` bounds what is received, ``politeness`` spares other people's servers, ``answers``, ``credentials``
and ``failures`` are the values that go in and come out. Nothing here reads the environment.
"""
