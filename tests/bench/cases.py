"""Instances on disk, so that a measuring process loads arrays and nothing else."""

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from app.matching.reference.candidates import feasible_pairs
from app.matching.reference.config import ReferenceConfig
from app.matching.reference.instance import Instance
from app.matching.reference.people import Families, Guides
from app.matching.solving.edges import Edges
from tests.matching.norway import draw

SEED = 1


def prepare(folder: Path, size: str) -> dict:
    """Draw an instance and keep it, its pairs and hypothetical guides in a new folder."""
    world = draw(size, SEED)
    instance = world.instance()
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(world.config), "utf-8")
    _save(folder / "families.npz", instance.families)
    _save(folder / "guides.npz", instance.guides)
    np.savez(folder / "blocked.npz", blocked=instance.blocked)
    edges = feasible_pairs(instance)
    np.savez(folder / "edges.npz", ptr=edges.ptr, guide=edges.guide, score=edges.score)
    kind, families, _ = size.split(":")
    types = draw(f"{kind}:1:{2 * int(families)}", SEED).instance().guides
    _save(folder / "types.npz", replace(types, capacity=np.ones_like(types.capacity)))
    return {"pairs": edges.edge_count}


def load_instance(folder: Path) -> Instance:
    config = ReferenceConfig.from_mapping(json.loads((folder / "config.json").read_text("utf-8")))
    return Instance(
        families=Families(**np.load(folder / "families.npz")),
        guides=Guides(**np.load(folder / "guides.npz")),
        blocked=np.load(folder / "blocked.npz")["blocked"],
        config=config,
    )


def load_types(folder: Path) -> Guides:
    """Guides who do not exist, each with one place."""
    return Guides(**np.load(folder / "types.npz"))


def load_edges(folder: Path) -> tuple[Edges, np.ndarray, np.ndarray]:
    """Return ready pairs and scores, priorities and capacities."""
    capacity = np.load(folder / "guides.npz")["capacity"]
    edges = Edges(**np.load(folder / "edges.npz"), guide_count=len(capacity))
    return edges, np.load(folder / "families.npz")["priority"], capacity


def with_more(instance: Instance, types: Guides, numbers: list[int]) -> Instance:
    """Return the instance with some of these guides as well."""
    more = types.take(np.array(numbers, np.intp))
    columns = {
        f.name: np.concatenate((getattr(instance.guides, f.name), getattr(more, f.name)))
        for f in fields(Guides)
    }
    family, guide = np.divmod(instance.blocked, len(instance.guides))
    guides = Guides(**columns)
    return replace(instance, guides=guides, blocked=family * len(guides) + guide)


def _save(path: Path, people: Families | Guides) -> None:
    np.savez(path, **{f.name: getattr(people, f.name) for f in fields(people)})


MEASURES = {"prepare": prepare}
