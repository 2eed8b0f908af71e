"""What in a reader's text could identify a person, found before it is stored or sent anywhere."""

from citewright.privacy.findings import Certainty, Finding, Kind, Screening, redact
from citewright.privacy.screening import screen

__all__ = ["Certainty", "Finding", "Kind", "Screening", "redact", "screen"]
