"""The map in a browser beside a bare sigma page: `python -m benchmarks.explorer`.

Prints, for made-up actors and ties: the time to the first picture of the map and of a page that holds nothing
but sigma and the same data, in turns; the gzip size of the page's scripts; and how far actors move when one tie
is added or taken away. Needs a Chromium, as the browser tests do.
"""

import argparse
import datetime
import gzip
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

DAY = datetime.date(2024, 6, 30)
SEED = 20_180_101
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
BARE = """<!doctype html><meta charset="utf-8"><style>#s{{width:620px;height:620px}}</style><div id="s"></div>
<script src="/graphology.js"></script><script src="/sigma.js"></script><script id="d" type="application/json">{data}</script>
<script>
const data = JSON.parse(document.getElementById("d").textContent);
const graph = new graphology.Graph({{type: "undirected"}});
for (const [id, x, y] of data.nodes) graph.addNode(id, {{x, y, size: 4, label: id, color: "#0f5a4a"}});
for (const [a, b] of data.edges) graph.addEdge(a, b, {{size: 1.4, color: "#8f8b79"}});
new Sigma(graph, document.getElementById("s"));
performance.mark("map-drawn");
</script>"""
# Both pages are asked alike: the mark, and then the frame in which it is on the screen.
FIRST = """async () => {
  while (!performance.getEntriesByName("map-drawn").length) await new Promise((done) => setTimeout(done, 5));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const [page] = performance.getEntriesByType("navigation");
  return [performance.now(), performance.now() - page.responseStart];
}"""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actors", type=int, default=1_000)
    parser.add_argument("--ties", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--edits", type=int, default=50)
    given = parser.parse_args(argv)
    os.environ |= {
        "VAR_DIR": tempfile.mkdtemp(prefix="samsyn-benchmark-"),
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "ANONYMOUS_READING": "True",
        "LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    pairs = made_up(given.actors, given.ties)
    fill(given.actors, pairs)
    movement(given.actors, pairs, given.edits)
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        print("no browser: the pictures are not timed")
        return
    pictures(chromium, given.rounds)


def made_up(actors: int, ties: int) -> list[tuple[int, int]]:
    """Pairs of actors, a few of them in most ties, the same each time."""
    dice = random.Random(SEED)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < ties:
        some, other = int(actors * dice.random() ** 2), dice.randrange(actors)
        if some != other:
            pairs.add((min(some, other), max(some, other)))
    return sorted(pairs)


def fill(actors: int, pairs: list[tuple[int, int]]) -> None:
    from coordination.base.models import ActorKind, CollaborationKind, Level
    from network.models import Actor, Collaboration, Participant

    kinds, level = list(ActorKind.objects.all()), Level.objects.first()
    first = datetime.date(2020, 1, 1)
    people = [
        Actor(
            slug=f"aktor-{n}",
            name_sv=f"Aktör {n}",
            kind=kinds[n % len(kinds)],
            level=level,
            valid_from=first,
            from_precision="day",
        )
        for n in range(actors)
    ]
    people = Actor.objects.bulk_create(people)
    kind = CollaborationKind.objects.first()
    rows = [
        Collaboration(code=f"S-{n}", title_sv=f"S {n}", kind=kind, valid_from=first, from_precision="day")
        for n in range(len(pairs))
    ]
    rows = Collaboration.objects.bulk_create(rows)
    sides = [
        Participant(collaboration=row, actor=people[end], position=at)
        for row, pair in zip(rows, pairs, strict=True)
        for at, end in enumerate(pair)
    ]
    Participant.objects.bulk_create(sides)


def movement(actors: int, pairs: list[tuple[int, int]], edits: int) -> None:
    """How far actors move in the mean, over the diagonal, when one tie comes or goes."""
    from network.graph.layout import displacement, layout
    from network.graph.structure import build

    names = [str(n) for n in range(actors)]

    def graph(of: Any) -> Any:
        return build(names, [(names[a], names[b]) for a, b in of])

    dice, held = random.Random(SEED), set(pairs)
    known = layout(graph(sorted(held)))
    moved = []
    for _n in range(edits):
        if dice.random() < 0.5:
            held.remove(dice.choice(sorted(held)))
        else:
            some, other = sorted(dice.sample(range(actors), 2))
            held.add((some, other))
        after = layout(graph(sorted(held)), known)
        moved.append(100 * displacement(known, after))
        known = after
    said("median mean displacement of one edit", statistics.median(moved), "%", goal="at most 5")
    said("largest mean displacement of one edit", max(moved), "%")


def pictures(chromium: str, rounds: int) -> None:
    from playwright.sync_api import sync_playwright

    with served() as site, sync_playwright() as driver:
        address = f"{site}/graph/?as_of={DAY}&size=degree"
        times: dict[str, list[list[float]]] = {"ours": [], "bare": []}
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        scripts: dict[str, int] = {}
        page.on("response", lambda answer: weigh(answer, scripts))
        page.goto(address)
        page.evaluate(FIRST)
        scene = json.loads(page.evaluate("document.getElementById('map-scene').textContent"))
        print(f"{len(scene['dots'])} actors and {len(scene['lines'])} ties are drawn")
        page.close()
        bare = serve_bare(scene)
        for turn in range(rounds):
            for name, url in (("ours", address), ("bare", bare))[:: 1 if turn % 2 else -1]:
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                page = context.new_page()
                page.goto(url, wait_until="commit")
                times[name].append(page.evaluate(FIRST))
                context.close()
        browser.close()
    middle = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in times.items()
    }
    for at, said_as in enumerate(("from the click", "from the page's first byte")):
        said(f"first picture of the map, {said_as}", middle["ours"][at])
        said(f"first picture of bare sigma, {said_as}", middle["bare"][at])
        said(f"ratio, {said_as}", middle["ours"][at] / middle["bare"][at], "", goal="at most 1.3")
    said("scripts of the page, gzip", sum(scripts.values()) / 1024, "KiB", goal="at most 120")


@contextmanager
def served() -> Iterator[str]:
    """The address of the product's own web server, in a process of its own, with the made-up register."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--log-level", "error", "coordination.wsgi:application"]
    address = f"http://localhost:{port}"
    server = subprocess.Popen(command, env=os.environ | {"BASE_URL": address})
    try:
        for _try in range(300):
            try:
                urllib.request.urlopen(f"{address}/health/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def weigh(answer: Any, scripts: dict[str, int]) -> None:
    if answer.request.resource_type == "script":
        scripts[answer.url] = len(gzip.compress(answer.body()))


def serve_bare(scene: dict[str, Any]) -> str:
    """The address of a page with sigma, graphology and the data of `scene`, and nothing else."""
    from django.conf import settings

    data = {
        "nodes": [[dot[0], dot[3], -dot[4]] for dot in scene["dots"]],
        "edges": [[scene["dots"][line[0]][0], scene["dots"][line[1]][0]] for line in scene["lines"]],
    }
    modules = Path(settings.NODE_MODULES)
    files = {
        "/": BARE.format(data=json.dumps(data)).encode(),
        "/sigma.js": (modules / "sigma/dist/sigma.min.js").read_bytes(),
        "/graphology.js": (modules / "graphology/dist/graphology.umd.min.js").read_bytes(),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path, b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if self.path == "/" else "text/javascript")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def said(name: str, value: float, unit: str = "ms", *, goal: str = "") -> None:
    print(f"{name:<58}{value:>10.2f} {unit:<4}{goal}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
