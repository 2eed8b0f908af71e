"""What estimates are made with: the drafter and the judge of a run, with calls that are noted only.

It imports the SDK, which takes a second: import it where a model is called in any case.
"""

from __future__ import annotations

from decimal import Decimal

from citewright.bootstrap import choose_drafter
from citewright.bootstrap.claude import Claude
from citewright.bootstrap.judges import choose_judge
from citewright.checks.judging import Judge
from citewright.database import catalogue_of
from citewright.drafting.calls import Calls
from citewright.drafting.counting import ByteCounter, TokenCounter
from citewright.drafting.estimate import Tariff
from citewright.drafting.ports import Drafter
from citewright.pipeline.estimating import Rehearsal
from citewright.pipeline.workspace import RunOptions, Workspace


def open_rehearsal(
    workspace: Workspace, options: RunOptions, *, asking_for_counts: bool = True
) -> Rehearsal | None:
    """What estimates are made with; None where nothing has to be paid for.

    :param asking_for_counts: have the server count tokens, which takes a request a section;
        without that they are told by bytes.
    :raises SettingsError: as for a run: no key, an unknown price.
    :raises IntegrityError: when the catalogue cannot be opened.
    """
    settings, project = workspace.settings, workspace.project
    if choose_drafter(settings, options.drafter) == "extractive":
        return None
    database = catalogue_of(project, settings.database_url)
    taken = settings.model_copy(update={"features": "all"})
    asking = Claude(settings, project, database, workspace.store)
    assuming = Claude(taken, project, database, workspace.store)

    def make_drafter(calls: Calls, assume: bool) -> Drafter:
        model = assuming if assume else asking
        return model.batch_drafter(calls) if options.batch else model.drafter(calls)

    def make_judge(calls: Calls, assume: bool) -> Judge | None:
        model = assuming if assume else asking
        return model.judge(calls, batch=options.batch) if judges else None

    judges = choose_judge(settings, options.judge) == "claude"
    manners = asking.batch_manners if options.batch else asking.manners
    return Rehearsal(
        find=asking.journal("dry-run", Decimal(0)).find,
        make_drafter=make_drafter,
        make_judge=make_judge,
        judged=asking.judged(batch=options.batch) if judges else (),
        counter=TokenCounter(asking.messages) if asking_for_counts else ByteCounter(),
        manners=manners,
        tariff=Tariff(project, manners["draft"].ttl, options.batch),
    )
