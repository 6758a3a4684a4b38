"""People for tests, with passwords that are hashed in no time."""

from __future__ import annotations

from catalog.managing_people import add_user
from catalog.people import Membership, Role, User, UserId
from catalog.ports import CatalogStore
from portal.codes import TotpCodes
from portal.passwords import Argon2Passwords
from portal.secrets import Secret, Vault
from tests.catalog.examples import HEALTH, NOW

QUICK = Argon2Passwords(memory_kib=8, passes=1)
CODES = TotpCodes(Vault([Secret("một khóa dài dùng cho kiểm thử, không dùng thật")]))
PASSWORD = "tre tho ngoai vuon"
ANOTHER_PASSWORD = "con cua ngoai bien"
ADDRESS = "203.0.113.7"


def person(*memberships: Membership, name: str = "lan", active: bool = True) -> User:
    """Somebody with these roles, not stored anywhere."""
    return User(UserId(f"id-{name}"), name, "Nguyễn Thị Lan", "", "", NOW, NOW, memberships, active)


def add_administrator(store: CatalogStore, name: str = "quan-tri") -> User:
    return _add(store, name, Role.ADMINISTRATOR, ())


def add_steward(store: CatalogStore, name: str = "lan") -> User:
    """A steward of the department of health, which is put into the catalogue if it is not there."""
    with store.write() as transaction:
        if HEALTH not in transaction.organizations():
            transaction.put_organization(HEALTH)
    return _add(store, name, Role.STEWARD, (HEALTH.code,))


def _add(store: CatalogStore, name: str, role: Role, organizations: tuple[str, ...]) -> User:
    return add_user(
        store,
        QUICK,
        name=name,
        full_name="Nguyễn Thị Lan",
        email=f"{name}@soyte.example",
        role=role,
        organizations=organizations,
        password=PASSWORD,
        actor="test",
        at=NOW,
    )
