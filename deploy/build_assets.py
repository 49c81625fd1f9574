"""Bundle static/ into static/dist: hashed names, .br and .gz twins, a manifest and the licences.

Beside the bundles, dist/paper gets the fonts of the documents that `app/paper` writes.

Run after `npm ci`. Calls esbuild's own binary, so no Node is needed here.
"""

import gzip
import hashlib
import json
import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
from fontTools.merge import Merger

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "static" / "dist"
PACKAGES = ROOT / "node_modules"
BUNDLES = {
    "app.css": "static/css/app.css",
    "app.js": "static/js/app.js",
    "staff.js": "static/js/staff.js",
    "passkeys.js": "static/js/passkeys.js",
    "map.css": "static/css/map.css",
    "map.js": "static/js/map.js",
}
PICTURES = ROOT / "static" / "img"
# Each one file: Latin and Cyrillic letters from the one, Arabic ones from the other.
PAPER_FONTS = {
    "regular.ttf": ("NotoSans_400Regular", "NotoSansArabic_400Regular"),
    "bold.ttf": ("NotoSans_700Bold", "NotoSansArabic_700Bold"),
}
BROWSERS = "es2022,chrome111,firefox115,safari16.4"
SQUEEZED = {".css", ".js", ".svg", ".txt"}


def main() -> None:
    """Build everything beside the served folder, then put it in its place."""
    new = DIST.with_name("dist.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    manifest = bundle(new)
    for picture in sorted(PICTURES.glob("*.*")):
        manifest[picture.name] = write_hashed(new, picture.name, picture.read_bytes())
    merge_fonts(new / "paper")
    manifest["licences.txt"] = write_hashed(new, "licences.txt", licences().encode())
    with ThreadPoolExecutor() as pool:
        list(pool.map(squeeze, [path for path in new.iterdir() if path.suffix in SQUEEZED]))
    shutil.copyfile(new / manifest["licences.txt"], new / "licences.txt")
    (new / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    keep_previous(new)
    swap(new)
    css = (DIST / (manifest["app.css"] + ".br")).stat().st_size / 1024
    print(f"Built {len(manifest)} files into static/dist (app.css {css:.1f} KB compressed).")


def bundle(folder: Path) -> dict[str, str]:
    """Bundle and minify the entries of `BUNDLES`; return their hashed names."""
    # Without utf8, esbuild escapes å in the texts that Designsystemet's script reads out.
    entries = [f"{name.replace('.', '_')}={source}" for name, source in BUNDLES.items()]
    options = "--bundle --minify --format=esm --charset=utf8 --entry-names=[name].[hash] --log-level=warning"
    command = [esbuild(), *entries, *options.split(), f"--target={BROWSERS}"]
    # The pictures that Leaflet's styles name get hashed names too.
    command += ["--loader:.png=file", "--asset-names=[name].[hash]"]
    command += [f"--outdir={folder}", f"--metafile={folder / 'meta.json'}", "--legal-comments=none"]
    subprocess.run(command, check=True, cwd=ROOT)
    meta = folder / "meta.json"
    outputs = json.loads(meta.read_text("utf-8"))["outputs"]
    meta.unlink()
    names = {source: name for name, source in BUNDLES.items()}
    built = {
        names[output["entryPoint"]]: Path(path).name
        for path, output in outputs.items()
        if output.get("entryPoint") in names
    }
    if missing := sorted(BUNDLES.keys() - built.keys()):
        sys.exit(f"esbuild left out {', '.join(missing)}")
    return built


def esbuild() -> str:
    """Return the path of esbuild's binary for this machine."""
    found = sorted((PACKAGES / "@esbuild").glob("*/bin/esbuild")) + sorted(
        (PACKAGES / "@esbuild").glob("*/esbuild.exe")
    )
    if not found:
        sys.exit("esbuild is not installed: run npm ci first")
    return str(found[0])


def write_hashed(folder: Path, name: str, content: bytes) -> str:
    """Write the content under a name that changes with it; return that name."""
    stem, suffix = name.rsplit(".", 1)
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8].upper()}.{suffix}"
    (folder / hashed).write_bytes(content)
    return hashed


def merge_fonts(folder: Path) -> None:
    """Write the fonts of printed documents: one file for each face, with all the letters we use."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    folder.mkdir()
    for name, parts in PAPER_FONTS.items():
        found = [sorted(PACKAGES.glob(f"@expo-google-fonts/*/*/{part}.ttf")) for part in parts]
        if not all(found):
            sys.exit(f"The fonts of {name} are not installed: run npm ci first")
        Merger().merge([str(paths[0]) for paths in found]).save(folder / name)


def licences() -> str:
    """Return the licence texts of the packages whose code or fonts are in the build."""
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    texts = [
        "Flyktningguide is free software under the MIT licence. It is built with these packages.\n"
    ]
    queue, seen = sorted(wanted), set[str]()
    while queue:
        package = queue.pop(0)
        if package in seen:
            continue
        seen.add(package)
        folder = PACKAGES / package
        about = json.loads((folder / "package.json").read_text("utf-8"))
        queue += sorted(about.get("dependencies", {}))
        heading = f"{package} {about['version']} ({about.get('license', 'see below')})"
        files = sorted(path for path in folder.iterdir() if path.name.upper().startswith("LICEN"))
        body = "\n\n".join(path.read_text("utf-8").strip() for path in files)
        body = body or "No licence file in the package."
        texts.append(f"{heading}\n{'=' * len(heading)}\n{body}\n")
    return "\n\n".join(texts)


def squeeze(path: Path) -> None:
    """Write the compressed twins that WhiteNoise picks by Accept-Encoding."""
    content = path.read_bytes()
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content, quality=11))
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def keep_previous(new: Path) -> None:
    """Leave the last build's files beside the new ones: a server not yet restarted still names them."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        return
    for name in json.loads(manifest.read_text("utf-8")).values():
        for old in DIST.glob(f"{name}*"):
            if not (new / old.name).exists():
                shutil.copyfile(old, new / old.name)


def swap(new: Path) -> None:
    """Put the new folder in the old one's place, with nothing half-built in between."""
    old = DIST.with_name("dist.old")
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    new.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
