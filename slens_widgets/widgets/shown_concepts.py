"""Concepts that a page makes of pictures: dropped on a chip, or chosen among a component's examples."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from slens_widgets.audit import Audit, concepts
from slens_widgets.audit.live import need
from slens_widgets.concept import MAX_SHOWN, Concept, ShownImage
from slens_widgets.errors import InputError, SlensError
from slens_widgets.files import stored_picture
from slens_widgets.types import Progress
from slens_widgets.widgets.base import AuditWidget
from slens_widgets.widgets.fields import TEXTS
from slens_widgets.widgets.given_images import given_image
from slens_widgets.widgets.messages import Answer, Request
from slens_widgets.widgets.operations import operation
from slens_widgets.widgets.recording import Ask

SIDE = 512
"""Longest side in pixels of a picture that a page gives; a larger one is scaled down."""


class ShowsConcepts(AuditWidget):
    """A widget whose page makes concepts of pictures, and says what each of them consists of."""

    def __init__(self, audit: Audit, **kwargs: Any) -> None:
        # Pictures that arrived, until the page says which concept they show.
        self._arrived: OrderedDict[str, ShownImage] = OrderedDict()
        super().__init__(audit, **kwargs)

    def about_concepts(self) -> list[Ask]:
        """Return what a saved page says of the session's concepts."""
        held = self.audit.session.concepts
        return [Ask("about_concepts", {}, {"concepts": held})] if held else []

    @operation("shown_image")
    def _shown_image(self, request: Request, progress: Progress) -> Answer:
        need(self.audit._judge, "A concept that is shown by given pictures")
        picture, _ = given_image(request)
        picture.thumbnail((SIDE, SIDE))
        image = ShownImage.of(picture)
        self._arrived[image.digest] = image
        while len(self._arrived) > MAX_SHOWN:
            self._arrived.popitem(last=False)
        return Answer({"digest": image.digest})

    @operation("show_concept")
    def _show_concept(self, request: Request, progress: Progress) -> Answer:
        """Make a concept of pictures that arrived, or add them to one, and put it into a set."""
        digests = request.texts("digests")
        lost = [each for each in digests if each not in self._arrived]
        if lost:
            raise InputError(f"{len(lost)} pictures are no longer there", next_step="Drop them again")
        made = self._with(request.text("concept"), [self._arrived[each] for each in digests])
        field = request.text("field")
        if field not in TEXTS:
            raise InputError(f"{field!r} holds no concepts", expected=f"one of {', '.join(TEXTS)}")
        texts = getattr(self.audit.session, field)
        known = any(text.casefold() == made.name.casefold() for text in texts)
        self.audit.session.update(concepts=self._held(made), **{} if known else {field: (*texts, made.name)})
        for each in digests:
            self._arrived.pop(each, None)
        return Answer({"images": len(made.images)})

    @operation("show_examples")
    def _show_examples(self, request: Request, progress: Progress) -> Answer:
        """Make a concept of the images of some of a component's examples, and search by it."""
        db = self.audit.db
        component = self.component(request.number("component", self._total))
        view = db[component.layer]
        ranks = request.numbers("ranks", view.m, view.m)
        kept = set() if db.probe is None else set(db.probe.ids.tolist())
        images: list[Any] = []
        for id in (int(view.image_ids[component.index, rank]) for rank in ranks):
            if id in kept:
                images.append(id)
            else:
                need(self.audit._judge, "A concept of examples whose activations the database does not keep")
                images.append(stored_picture(db.picture(id)))
        made = self._with(request.text("concept"), images)
        self.audit.session.update(concepts=self._held(made), query=made.name)
        return Answer({"images": len(made.images)})

    @operation("forget_concept")
    def _forget_concept(self, request: Request, progress: Progress) -> Answer:
        """Leave the pictures of a concept out: its name is a text again."""
        gone = request.text("concept").casefold()
        session = self.audit.session
        session.concepts = tuple(each for each in session.concepts if each.name.casefold() != gone)
        return Answer()

    @operation("about_concepts", slow=True)
    def _about_concepts(self, request: Request, progress: Progress) -> Answer:
        """Say of every concept how it is tested, and whether text and pictures agree."""
        found: list[dict[str, Any]] = []
        held = self.audit.session.concepts
        for each in held:
            progress(len(found), len(held), f"Looking at {each.name}")
            try:
                test = concepts.test_said(concepts.evidence(self.audit, each, progress))
                agreement = concepts.agreement(self.audit, each)
                found.append(
                    {"name": each.name, "test": test, "said": agreement.said, "agrees": agreement.agrees}
                )
            except SlensError as error:
                found.append({"name": each.name, "test": "", "said": str(error), "agrees": None})
        return Answer({"concepts": found})

    def _with(self, name: str, images: list[Any]) -> Concept:
        """Return a new concept, or the session's one of that name with more images."""
        name = name.strip()
        for each in self.audit.session.concepts:
            if each.name.casefold() == name.casefold():
                return each.plus(images)
        return Concept(name, images)

    def _held(self, made: Concept) -> list[Concept]:
        """Return the session's concepts with one that is new, or in the place of its older self."""
        others = [
            each for each in self.audit.session.concepts if each.name.casefold() != made.name.casefold()
        ]
        return [*others, made]
