"""Which assessments a version has; the documents themselves are in the store."""

from __future__ import annotations

from sqlalchemy import select

from citewright.database import Database, repeated
from citewright.database.tables import assessments, versions
from citewright.errors import NotFound
from citewright.model.assessment import Assessment


class AssessmentLog:
    """Reads and writes of the list of assessments; each write is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated
    def add(self, assessment: Assessment) -> None:
        """Name an assessment, which the store holds already, as the newest of its version.

        :raises NotFound: when the catalogue does not know that version.
        """
        with self._database.writing() as connection:
            known = select(versions.c.digest).where(versions.c.digest == assessment.version)
            if connection.execute(known).first() is None:
                raise NotFound(f"the catalogue has no version {assessment.version}.")
            connection.execute(
                assessments.insert().values(digest=assessment.digest, version=assessment.version)
            )

    def newest(self, version: str) -> str | None:
        """The digest of a version's newest assessment; None when it was never checked again."""
        return next(reversed(self.of(version)), None)

    @repeated
    def of(self, version: str) -> list[str]:
        """The digests of a version's assessments, oldest first."""
        query = select(assessments.c.digest).where(assessments.c.version == version)
        with self._database.reading() as connection:
            return list(connection.execute(query.order_by(assessments.c.id)).scalars())

    @repeated
    def all(self) -> list[tuple[str, str]]:
        """The digests of all assessments, each with that of its version; oldest first."""
        query = select(assessments.c.digest, assessments.c.version).order_by(assessments.c.id)
        with self._database.reading() as connection:
            return [(row.digest, row.version) for row in connection.execute(query)]
