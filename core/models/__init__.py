"""Tables of the ground floor."""

from core.models.fact import Fact
from core.models.fields import EncryptedTextField
from core.models.job import Job

__all__ = ["EncryptedTextField", "Fact", "Job"]
