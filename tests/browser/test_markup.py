"""The Nu validator over every page that the browser tests have visited. See `make test-browser`."""

import subprocess
from pathlib import Path

VALIDATOR = Path("node_modules/vnu-jar/build/dist/vnu.jar")


def test_every_visited_page_is_valid_html(collected):
    pages = sorted(map(str, collected.glob("*.html")))
    assert pages
    found = subprocess.run(
        ["java", "-Xss1024k", "-jar", str(VALIDATOR), "--errors-only", "--format", "gnu", *pages],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert found.stderr == ""
