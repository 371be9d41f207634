"""What dishonest people do to a record, and who must notice."""

from escrutinio.testing.attacks.catalogue import ATTACKS, find_attack
from escrutinio.testing.attacks.model import Attack

__all__ = ["ATTACKS", "Attack", "find_attack"]
