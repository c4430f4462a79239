"""The command line, `slens build | info | search | report | lab`: parses and prints, nothing else."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from slens_widgets.errors import InputError, SlensError
from slens_widgets.untrusted import shown

if TYPE_CHECKING:
    from slens_widgets.audit import Audit
    from slens_widgets.types import FoundationModel

_TIMES = "\N{MULTIPLICATION SIGN}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for a gate that fails, 2 for an error."""
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.run is not _lab_train:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING, format="%(levelname)s: %(message)s"
    )
    try:
        return arguments.run(arguments)
    except (SlensError, OSError) as error:
        _say(f"slens: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        _say("slens: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="slens", description=__doc__.split(":")[0] + " of slens_widgets.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-v", "--verbose", action="store_true", help="log what is done")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    build = commands.add_parser("build", parents=[common], help="write the concept database of a model")
    build.set_defaults(run=_build)
    build.add_argument("--model", required=True, help="torchvision:NAME, timm:NAME or package.module:factory")
    build.add_argument("--weights", help="'none' for random weights, or a state dict's path; else pretrained")
    build.add_argument("--images", required=True, metavar="DIR", help="folder of probe images")
    build.add_argument("--layers", required=True, nargs="+", help="names of modules, for example layer4")
    build.add_argument(
        "--foundation-model", required=True, help="open_clip:NAME/PRETRAINED (a tag or a path), or lab"
    )
    build.add_argument("--out", required=True, metavar="PATH", help="where to write, for example model.slens")
    build.add_argument("--m", type=int, default=30, help="examples per component (30)")
    build.add_argument(
        "--relevance",
        choices=["crp", "gradient", "integrated", "smoothgrad", "gradcam", "activation", "none"],
        default="crp",
    )
    build.add_argument("--resolution", choices=["pixel", "block"], default="pixel", help="of CRP (pixel)")
    build.add_argument("--pooling", choices=["max", "mean", "cls"], default="max")
    build.add_argument("--crop-threshold", type=float, default=0.01, help="share of the maximum (0.01)")
    build.add_argument(
        "--keep", type=int, help="probe images whose activations are kept (10000); 0 keeps none"
    )
    build.add_argument("--batch-size", type=int)
    build.add_argument("--device", help="cpu or cuda; chosen if left out")
    build.add_argument(
        "--executor", choices=["local", "ray"], default="local", help="where to compute (local)"
    )
    build.add_argument("--overwrite", action="store_true", help="replace a concept database at --out")
    build.add_argument("--quiet", action="store_true", help="no progress bars")

    info = commands.add_parser("info", parents=[common], help="say what a concept database holds")
    info.set_defaults(run=_info)
    info.add_argument("path")
    info.add_argument("--json", action="store_true", help="the whole provenance, as JSON")
    info.add_argument("--check", action="store_true", help="compare everything with its checksums")

    report = commands.add_parser("report", parents=[common], help="write an audit as HTML or JSON")
    report.set_defaults(run=_report)
    report.add_argument("path", help="a concept database, or lab")
    report.add_argument("out", help="a name in .html or .json")
    report.add_argument("--valid", nargs="+", metavar="TEXT", help="what a class should rest on")
    report.add_argument("--spurious", nargs="+", metavar="TEXT", help="what it should not rest on")
    report.add_argument("--class", dest="target", nargs="+", metavar="NAME", help="audited classes (all)")
    report.add_argument("--vocabulary", nargs="+", metavar="TEXT", help="label the components with these")
    report.add_argument("--model", help="the audited model, as for build; gives relevance")
    report.add_argument("--weights", help="as for build")
    report.add_argument("--images", metavar="DIR", help="evaluation images, one subfolder per class")
    report.add_argument("--class-names", nargs="+", metavar="NAME", help="in the order of the model's logits")
    report.add_argument(
        "--task", choices=["multiclass", "binary"], help="what the logits decide, where it isn't clear"
    )
    report.add_argument("--output", help="which of the model's outputs holds the logits: name or place")
    report.add_argument("--foundation-model", help="where the database's own can't be found by its name")

    search = commands.add_parser("search", parents=[common], help="rank the components by a text")
    search.set_defaults(run=_search)
    search.add_argument("path")
    search.add_argument("text")
    search.add_argument("-k", type=int, default=10, help="how many (10)")
    search.add_argument("--layer", help="in this layer only")
    search.add_argument("--template", action="append", help="prompt with one {}; may be repeated")
    search.add_argument("--foundation-model", help="where the database's own can't be found by its name")

    lab = commands.add_parser("lab", help="the embedded lab: synthetic dermoscopy with known ground truth")
    steps = lab.add_subparsers(dest="step", required=True, metavar="STEP")
    demo = steps.add_parser("demo", parents=[common], help="audit the lab and print what is found")
    demo.set_defaults(run=_lab_demo)
    train = steps.add_parser("train", add_help=False, help="train the lab's models anew, from nothing")
    train.set_defaults(run=_lab_train, verbose=False)
    verify = steps.add_parser("verify", parents=[common], help="measure the method against the ground truth")
    verify.set_defaults(run=_lab_verify)
    verify.add_argument("--json", metavar="FILE", help="write the table there too")
    verify.add_argument(
        "--shipped",
        action="store_true",
        help="only the classifiers that come with the package (the others: slens lab train --held-out)",
    )
    return parser


def _build(arguments: argparse.Namespace) -> int:
    from slens_widgets.audit.building import build
    from slens_widgets.core.model_specs import load_model

    found = load_model(arguments.model, arguments.weights)
    _say(f"{found.name}: {found.said}")
    options: dict[str, Any] = {}
    if arguments.batch_size is not None:
        options["batch_size"] = arguments.batch_size
    if arguments.keep is not None:
        options["keep"] = arguments.keep
    db = build(
        found.model,
        arguments.images,
        arguments.layers,
        _foundation_model(arguments.foundation_model, arguments.device),
        arguments.out,
        transform=found.transform,
        m=arguments.m,
        relevance=None if arguments.relevance == "none" else arguments.relevance,
        resolution=arguments.resolution,
        pooling=arguments.pooling,
        crop_threshold=arguments.crop_threshold,
        device=arguments.device,
        progress=not arguments.quiet,
        model_name=found.name,
        overwrite=arguments.overwrite,
        executor=arguments.executor,
        **options,
    )
    _say(db)
    skipped = db.provenance.get("images", {}).get("skipped", [])
    if skipped:
        _say(f"{len(skipped)} images were skipped; `slens info {arguments.out}` names them")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from slens_widgets.conceptdb import open_database

    with open_database(arguments.path) as db:
        provenance = db.provenance
        if arguments.json:
            _say(json.dumps(provenance, indent=2, ensure_ascii=False))
            return 0
        _say(db)
        for layer in db.layers:
            view = db[layer]
            _say(f"  {layer}: {len(view)} components {_TIMES} {view.m} examples, relevance {view.relevance}")
        for key in ("created", "model", "images", "pooling", "relevance", "crop", "foundation_model", "view"):
            if key in provenance:
                _say(f"{key}: {_one_line(provenance[key])}")
        if len(db.foundation_models) > 1:
            _say(f"also embedded with: {_one_line([*db.foundation_models][1:])}")
        for lacking in db.lacks:
            _say(f"lacks: {lacking}")
        skipped = provenance.get("images", {}).get("skipped", [])
        for entry in skipped:
            _say(f"  skipped: {_one_line(entry)}")
        if not arguments.check:
            return 0
        damages = db.check()
        for damage in damages:
            _say(damage, file=sys.stderr)
        _say("checksums: all as written" if not damages else f"checksums: {len(damages)} parts are damaged")
    return 1 if damages else 0


def _search(arguments: argparse.Namespace) -> int:
    from slens_widgets.audit import Audit
    from slens_widgets.conceptdb import open_database

    with open_database(arguments.path) as db:
        spec = arguments.foundation_model or _spec_of(db.foundation_model["name"])
        audit = Audit(db, _foundation_model(spec, None), templates=arguments.template)
        _say(audit.search(arguments.text, arguments.k, layer=arguments.layer).to_string(float_format="%.3f"))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    audit = _audit(arguments)
    given = {name: getattr(arguments, name) for name in ("valid", "spurious", "vocabulary")}
    audit.session.update(**{name: texts for name, texts in given.items() if texts})
    _say(audit.report(arguments.out, arguments.target))
    return 0


def _audit(arguments: argparse.Namespace) -> Audit:
    """Return the audit of a database, with the live model where it is named."""
    from slens_widgets.audit import Audit, Evaluation
    from slens_widgets.conceptdb import open_database

    if arguments.path == "lab":
        from slens_widgets import lab

        return lab.open_audit(progress=sys.stderr.isatty())
    db = open_database(arguments.path)
    spec = arguments.foundation_model or _spec_of(db.foundation_model["name"])
    foundation_model = _foundation_model(spec, None)
    if arguments.model is None:
        return Audit(db, foundation_model)
    if arguments.images is None:
        raise InputError("--model was given without --images", expected="a folder of evaluation images")
    from slens_widgets.core.model_specs import load_model

    found = load_model(arguments.model, arguments.weights)
    evaluation = Evaluation(arguments.images, class_names=arguments.class_names, task=arguments.task)
    output = arguments.output
    output = int(output) if output is not None and output.isdecimal() else output
    return Audit(db, foundation_model, found.model, evaluation, transform=found.transform, output=output)


def _foundation_model(spec: str, device: str | None) -> FoundationModel:
    """Return the foundation model named by `open_clip:NAME/PRETRAINED`, `open_clip:hf-hub:…` or `lab`."""
    if spec == "lab" or spec.startswith("lab:"):
        from slens_widgets import lab

        return lab.foundation_model()
    source, _, rest = spec.partition(":")
    if source != "open_clip" or not rest:
        raise InputError(
            f"The foundation model {spec!r} can't be read",
            expected="open_clip:NAME/PRETRAINED, open_clip:NAME//path/to/file, open_clip:hf-hub:… or lab",
            next_step="Name it with --foundation-model",
        )
    from slens_widgets.core.embedding import OpenClip

    if rest.startswith(("hf-hub:", "local-dir:")):
        return OpenClip(rest, device=device)
    name, _, pretrained = rest.partition("/")
    return OpenClip(name, pretrained=pretrained or None, device=device)


def _spec_of(name: str) -> str:
    """Return how the foundation model of a database is called on the command line."""
    return name if name.startswith("lab") else f"open_clip:{name}"


def _lab_demo(arguments: argparse.Namespace) -> int:
    from slens_widgets.lab import demo

    for line in demo.lines():
        _say(line)
    return 0


def _lab_train(arguments: argparse.Namespace) -> int:
    from slens_widgets.lab import train

    train.main(arguments.rest)
    return 0


def _lab_verify(arguments: argparse.Namespace) -> int:
    from slens_widgets.lab import verify

    options = {"held_out": ()} if arguments.shipped else {}
    gates = verify.verify(arguments.json, progress=sys.stderr.isatty(), **options)
    _say(verify.table(gates))
    return 1 if verify.failed(gates) else 0


def _say(what: object, file: TextIO | None = None) -> None:
    """Print, with what a terminal would act on written out."""
    print(shown(str(what), keep="\n\t"), file=file, flush=True)


def _one_line(value: Any) -> str:
    if isinstance(value, dict):
        short = {
            key: item for key, item in value.items() if not isinstance(item, list | dict) or len(item) < 9
        }
        return ", ".join(f"{key} {item}" for key, item in short.items() if key != "skipped")
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
